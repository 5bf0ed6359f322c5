from django.urls import path

from notifications.views import mailbox, messages, opt_outs

app_name = "notifications"
urlpatterns = [
    path("", mailbox.mailbox_list, name="mailbox_list"),
    path("read/<slug:name>/", mailbox.mailbox_detail, name="mailbox_detail"),
    path("read/<slug:name>/<int:number>/", mailbox.mailbox_attachment, name="mailbox_attachment"),
    path("stop/<slug:topic>/<str:stop_token>/", opt_outs.mail_stop, name="mail_stop"),
    path("sent/", messages.message_list, name="message_list"),
    path("sent/retry/", messages.message_retry, name="message_retry"),
    path("sent/done/", messages.message_handle, name="message_handle"),
    path("sent/pause/", messages.sending_pause, name="sending_pause"),
    path("sent/resume/", messages.sending_resume, name="sending_resume"),
]
