from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "api"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tokens end when what their person may do does."""
        from backoffice.users.events import access_changed, signed_out_everywhere

        from . import tokens

        access_changed.connect(tokens.end_all_of)
        signed_out_everywhere.connect(tokens.end_all_of)
