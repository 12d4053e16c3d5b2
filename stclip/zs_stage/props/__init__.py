"""Objects that belong to an action, drawn behind or before their user."""

from stclip.zs_stage.props import flying, furniture, handheld, sports
from stclip.zs_stage.props.base import PROPS

__all__ = ['PROPS', 'flying', 'furniture', 'handheld', 'sports']
