from notifications.models.circuits import Circuit
from notifications.models.messages import Message
from notifications.models.opt_outs import OptOut
from notifications.models.outbox import Outbox
from notifications.models.preferences import DeliveryPreference, PhoneCode

__all__ = ["Circuit", "DeliveryPreference", "Message", "OptOut", "Outbox", "PhoneCode"]
