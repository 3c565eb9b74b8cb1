from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from .absent import without

with without("prometheus_client"):
    # It would load it, for a kind of number that we don't have; ours is loaded where somebody asks.
    from django_q import conf as conf


class SharedConfig(AppConfig):
    name = "backoffice.shared"
    label = "shared"
    verbose_name = _("System")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Before the screens are loaded, which ask tablib for its formats."""
        from .sheets.stand_in import take_tablibs_place
        from .task_ids import carry_ids

        take_tablibs_place()
        carry_ids()
