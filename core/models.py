"""Abstract bases. Core owns no table."""

import uuid

from django.db import models


class BaseModel(models.Model):
    """Bigint key inside, random UUID in URLs (version 4: version 7 would show creation time)."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
