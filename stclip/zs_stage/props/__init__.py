"""Objects that belong to an action, drawn behind or before their user."""

from stclip.zs_stage.props import furniture, handheld
from stclip.zs_stage.props.base import PROPS

__all__ = ['PROPS', 'furniture', 'handheld']
