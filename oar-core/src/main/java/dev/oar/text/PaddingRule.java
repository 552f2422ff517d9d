package dev.oar.text;

/**
 * Whether the tokens of a text see the padding of its row. Networks that were trained on features of one rule need that rule: with
 * padding in sight, the features of short texts are others.
 */
public enum PaddingRule {
    /** No token sees padding, as in LlamaGen: features do not depend on how far a text was padded. */
    HIDDEN,
    /** Padding is seen like any other token, as where image generators give their encoder no mask. */
    SEEN
}
