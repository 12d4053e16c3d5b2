# A recogniser as the second stage of the detector: each person's tube is a
# video. A config adds the recogniser.
model = dict(type='RegionRecognizer', recognizer=dict(num_frames=9))
