"""ST-CLIP's equations as the paper writes them.

arXiv:2408.15996v1, Eqs. (1)-(4) and Sec. 3.4: one keyframe, loops over
positions, heads, layers and persons, gathered tokens, a full attention map
for each head. Slow and meant to be read beside the paper.
"""

import torch
from torch.nn import functional as F


def encoder_input(visual, patches):
    """X of Eq. (1) and what ln_pre makes of it: (N, Dv) -> (1 + N, Dv)."""
    rows = [visual.class_embedding, *patches]
    x = torch.stack(rows) + visual.positional_embedding
    return visual.ln_pre(x)


def self_attention(attn, x):
    """MHSA, head by head: (L, D) -> (L, D)."""
    q, k, v = F.linear(x, attn.in_proj_weight, attn.in_proj_bias).chunk(
        3, dim=-1
    )
    width = x.shape[1] // attn.num_heads
    heads = []
    for head in range(attn.num_heads):
        part = slice(head * width, (head + 1) * width)
        scores = q[:, part] @ k[:, part].T / width**0.5
        heads.append(scores.softmax(dim=-1) @ v[:, part])
    return attn.out_proj(torch.cat(heads, dim=-1))


def context_tokens(temporal, frames):
    """Eq. (2) position by position: (T, N, Dv) patch tokens -> (N, Dv)."""
    rows = []
    for position in range(frames.shape[1]):
        z = frames[:, position]  # the same patch in every frame
        z = z + temporal.encoding.weight[: len(frames)]
        for layer in temporal.layers:
            z = z + self_attention(layer.attention, layer.norm(z))
        rows.append(z.mean(dim=0))  # AvgPool over time
    return torch.stack(rows)


def person_token(adapter, person):
    """Eq. (3): (Dv,) -> (Dv,)."""
    hidden = adapter.ffn.c_fc(adapter.norm(person))
    hidden = hidden * torch.sigmoid(1.702 * hidden)  # QuickGELU
    return person + adapter.ffn.c_proj(hidden)


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
