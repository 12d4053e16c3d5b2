"""Interest token spotting and prompting as the paper writes them.

One keyframe, loops over layers and persons, gathered tokens, a full
attention map per head. Slow and meant to be read beside
arXiv:2408.15996v1, Sec. 3.3 to 3.5.
"""

import torch
from torch.nn import functional as F


def attention_map(block, x):
    """softmax(Q K^T / sqrt d) of each head: (L, Dv) -> (h, L, L)."""
    attn = block.attn
    heads, width = attn.num_heads, x.shape[1]
    q, k, _ = F.linear(
        block.ln_1(x), attn.in_proj_weight, attn.in_proj_bias
    ).chunk(3, dim=-1)
    maps = []
    for head in range(heads):
        part = slice(head * width // heads, (head + 1) * width // heads)
        scores = q[:, part] @ k[:, part].T / (width // heads) ** 0.5
        maps.append(scores.softmax(dim=-1))
    return torch.stack(maps)


def prompt(layer, text, tokens):
    """Eq. (4) for one set of tokens: (C, Dt), (K, Dv) -> (C, Dt)."""
    tokens = layer.norm_visual(layer.projector(tokens))
    attention = layer.attention
    q = attention.query(layer.norm_text(text))
    k, v = attention.key(tokens), attention.value(tokens)
    width = q.shape[1] // attention.num_heads
    heads = []
    for head in range(attention.num_heads):
        part = slice(head * width, (head + 1) * width)
        probs = (q[:, part] @ k[:, part].T / width**0.5).softmax(dim=-1)
        heads.append(probs @ v[:, part])
    attended = text + attention.out(torch.cat(heads, dim=-1))
    refined = attended + layer.ffn(layer.norm_ffn(attended))
    return text + layer.rho * refined


def interact(model, persons, context, text, top_k):
    """One keyframe: (P, Dv), (N, Dv), (C, Dt) -> (P, Dt), (P, C, Dt)."""
    visual = model.clip.visual
    x = torch.cat([visual.class_embedding[None], context])
    x = visual.ln_pre(x + visual.positional_embedding)
    x = torch.cat([x[:1], persons, x[1:]])
    texts = [text for _ in persons]
    for number, block in enumerate(visual.transformer.resblocks):
        importance = attention_map(block, x).mean(dim=0)
        x = block(x[None])[0]
        for person in range(len(persons)):
            row = importance[1 + person]
            chosen = row.argsort(descending=True)[:top_k]
            layer = model.prompting[str(number)]
            texts[person] = prompt(layer, texts[person], x[chosen])
    features = visual.ln_post(x[1 : 1 + len(persons)]) @ visual.proj
    return features, torch.stack(texts)
