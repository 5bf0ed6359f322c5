from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"

    def ready(self) -> None:
        from accounts.kinds import register_organization_panel
        from programs import receivers  # noqa: F401  # what accounts sends us
        from programs.notices import certificates, digests, learning, nudges, safety
        from programs.reports.organization_panel import engagement_panel

        certificates.register_kinds()
        digests.register_kinds()
        learning.register_kinds()
        nudges.register_kinds()
        safety.register_kinds()
        register_organization_panel("programs.engagements", engagement_panel)
