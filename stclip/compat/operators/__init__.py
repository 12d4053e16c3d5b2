"""NMS and RoIAlign with the signatures of mmcv's compiled operators."""
