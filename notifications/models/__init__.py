from notifications.models.messages import Message
from notifications.models.outbox import Outbox

__all__ = ["Message", "Outbox"]
