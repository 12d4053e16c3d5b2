"""OVAD's figures, box by box and tube by tube, in plain lists."""

import numpy as np


def softmax(values):
    powers = [np.exp(value - max(values)) for value in values]
    return [power / sum(powers) for power in powers]


def box_iou(a, b):
    width = max(0, min(a[2], b[2]) - max(a[0], b[0]))
    height = max(0, min(a[3], b[3]) - max(a[1], b[1]))
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return width * height / (sum(areas) - width * height)


def link(boxes, step):
    """(frame, box, score) in order -> tubes of such."""
    tubes = []
    for entry in boxes:
        for tube in tubes:
            if tube[-1][0] == entry[0] - step:
                tube.append(entry)
                break
        else:
            tubes.append([entry])
    return tubes


def tube_iou(truth, found, legacy):
    """Both by frame -> box, without gaps."""
    shared = sorted(truth.keys() & found.keys())
    if not shared:
        return 0
    mean = np.mean([box_iou(truth[f], found[f]) for f in shared])
    every = sorted(truth.keys() | found.keys())
    common, together = len(shared), len(every)
    if legacy:
        common, together = shared[-1] - shared[0], every[-1] - every[0]
    return mean * common / together if together else 0


def by_frame(tube):
    """Boxes on every frame of the span of a tube."""
    frames = [frame for frame, *_ in tube]
    every = range(frames[0], frames[-1] + 1)
    sides = [
        np.interp(every, frames, [box[k] for _, box, *_ in tube])
        for k in range(4)
    ]
    return {
        frame: [side[n] for side in sides] for n, frame in enumerate(every)
    }


def ap_of(ranked, num_gt):
    """Area of the monotone curve; ``ranked`` tells what each one claims."""
    taken, points, hits = set(), [], 0
    for rank, claim in enumerate(ranked, 1):
        if claim is not None and claim not in taken:
            taken.add(claim)
            hits += 1
            points.append(hits / rank)
    return sum(max(points[n:]) for n in range(len(points))) / num_gt


def best_claim(ious, key, thr):
    if not ious or max(ious) < thr:
        return None
    return key, ious.index(max(ious))


def ovad_loop(run, scored):
    """What ``OpenVocabularyRun.evaluate`` gives, as lists."""
    novel = [n for n in run.vocabulary if n not in run.base]
    parts = dict(
        own_part=[list(run.base), novel], all_classes=[list(run.vocabulary)]
    )[scored]
    found = {'video_released': {}, 'video': {}, 'frame': {}}
    for part in parts:
        videos = [v for v in run.videos if v.action in part]
        columns = [run.vocabulary.index(name) for name in part]
        for place, name in enumerate(part):
            boxes = {
                v.name: [
                    (frame, box, softmax(list(logits[columns]))[place])
                    for frame, box, logits in zip(
                        v.frames.tolist(), v.boxes, v.logits, strict=True
                    )
                ]
                for v in videos
            }
            for key, legacy in (('video_released', True), ('video', False)):
                found[key][name] = video_ap(run, videos, boxes, name, legacy)
            found['frame'][name] = frame_ap(run, videos, boxes, name)
    return {
        key: [values[name] for name in run.vocabulary]
        for key, values in found.items()
    }


def video_ap(run, videos, boxes, name, legacy):
    claims, num_gt = [], 0
    for video in videos:
        truth = []
        if video.action == name:
            truth = [
                list(zip(t.frames.tolist(), t.boxes, strict=True))
                for t in video.annotated
            ]
            if legacy and run.frame_step > 1:
                entries = [entry for tube in truth for entry in tube]
                entries.sort(key=lambda entry: entry[0])
                truth = link([(f, b.round()) for f, b in entries], 1)
        num_gt += len(truth)
        rounded = [(f, b.round(), s) for f, b, s in boxes[video.name]]
        for tube in link(rounded, run.frame_step):
            ious = [
                tube_iou(dict(other), by_frame(tube), legacy)
                for other in truth
            ]
            score = np.mean([score for *_, score in tube])
            claims.append((score, best_claim(ious, video.name, run.iou_thr)))
    claims.sort(key=lambda claim: -claim[0])
    return ap_of([claim for _, claim in claims], num_gt)


def frame_ap(run, videos, boxes, name):
    claims, truth = [], {}
    for video in videos:
        if video.action != name:
            continue
        for tube in video.annotated:
            rows = list(zip(tube.frames.tolist(), tube.boxes, strict=True))
            for frame, box in rows[:: run.frame_step]:
                truth.setdefault((video.name, frame), []).append(box)
    for video in videos:
        for frame, box, score in boxes[video.name]:
            key = video.name, frame
            ious = [box_iou(other, box) for other in truth.get(key, [])]
            claims.append((score, best_claim(ious, key, run.iou_thr)))
    claims.sort(key=lambda claim: -claim[0])
    num_gt = sum(map(len, truth.values()))
    return ap_of([claim for _, claim in claims], num_gt)
