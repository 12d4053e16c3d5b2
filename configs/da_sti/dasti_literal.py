# python tools/train.py configs/da_sti/dasti_literal.py
# The paper to the letter: all words of the sentence, products of Eq. (7) as
# they stand, projections that start at random.
_base_ = './dasti_vit-b16_16f_k400.py'

model = dict(
    word_mask='words', interaction=dict(similarity='dot', init='normal')
)
