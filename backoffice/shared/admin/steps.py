"""Buttons of an object that has a state: shown only where its table allows the step."""

from typing import Any, ClassVar

from django.http import HttpRequest

from ..states import may_advance


class OnlyPossibleSteps:
    """Hides the buttons of steps that the object's state doesn't allow; the service refuses them besides.

    `steps` names, for each button of `actions_detail` that moves the state, the state it leads to.
    """

    steps: ClassVar[dict[str, str]] = {}

    def may_step(self, request: HttpRequest, button: str, obj: Any) -> bool:
        """Whether the button makes sense for this object now."""
        return button not in self.steps or may_advance(obj, self.steps[button])

    def get_actions_detail(self, request: HttpRequest, object_id: int | str) -> list[Any]:
        """The buttons that the person may press and the object's state allows."""
        buttons = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        obj = self.get_object(request, str(object_id))  # type: ignore[attr-defined]
        return [one for one in buttons if obj is not None and self.may_step(request, one.path, obj)]
