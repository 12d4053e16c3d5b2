# A recogniser's answer for whole videos: all person boxes of a video get it. A
# config adds the recogniser.
model = dict(type='VideoLabelDetector', recognizer=dict(num_frames=8))
