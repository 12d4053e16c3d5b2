"""DA-STI's equations, pair by pair and frame by frame, as the paper has them.

arXiv:2510.27255, Eqs. (6)-(13), one video and one class at a time; slow and
plain. Words of a class are a list of vectors; nothing is packed or tiled.
"""

import math

import torch

EPS = 1e-6


def unit(x, eps=1e-12):
    return x / x.norm(dim=-1, keepdim=True).clamp(min=eps)


def projected(tokens, matrix, similarity):
    """Eq. (6); rows of ``tokens`` are tokens."""
    x = torch.relu(tokens @ matrix)
    return unit(x, EPS) if similarity == 'cos' else x


def spatial_scores(patches, words):
    """S_sp, Eq. (7): (T, N, D), (n, D) -> (T,)."""
    return torch.stack(
        [
            torch.stack([(p @ words.T).max() for p in frame]).max()
            for frame in patches
        ]
    )


def temporal_saliency(spatial_features, words, tau):
    """S_temp, Eq. (9): (T, D), (n, D) -> (T,)."""
    per_word = [
        torch.softmax(spatial_features @ word / tau, dim=0) for word in words
    ]
    return torch.stack(per_word).mean(dim=0)


def pair_score(
    frames,
    patches,
    words,
    cls,
    w_p,
    w_w,
    spatial=True,
    temporal=True,
    similarity='cos',
    query='projected',
    tau=0.01,
    renormalise=True,
):
    """cos(z_c, f_st) of one video and one class."""
    v = unit(frames)
    asked = projected(words, w_w, similarity)
    features = v  # f_sp
    weights = torch.full((len(v),), 1 / len(v))
    if spatial:
        p = projected(patches, w_p, similarity)
        s_sp = spatial_scores(p, asked)
        features = s_sp[:, None] * v  # Eq. (8)
        if not temporal and s_sp.sum() > 0:
            weights = s_sp / s_sp.sum()
    if temporal:
        if query == 'raw':
            asked = unit(words)
        weights = temporal_saliency(features, asked, tau)
    f_st = (weights[:, None] * v).sum(dim=0)  # Eq. (10)
    if renormalise:
        f_st = unit(f_st, EPS)
    return unit(cls) @ f_st


def symmetric_loss(pair_scores, targets):
    """Eqs. (11)-(13): ``pair_scores[i][j]``, video i, class of video j."""
    number = len(targets)
    total = 0.0
    for i in range(number):
        same = [k for k in range(number) if targets[k] == targets[i]]
        column = [math.exp(pair_scores[k][i]) for k in range(number)]
        row = [math.exp(pair_scores[i][j]) for j in range(number)]
        for k in same:
            total -= math.log(column[k] / sum(column)) / len(same)
            total -= math.log(row[k] / sum(row)) / len(same)
    return total / number / 2
