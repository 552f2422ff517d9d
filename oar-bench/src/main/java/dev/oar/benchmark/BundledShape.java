package dev.oar.benchmark;

import dev.oar.artifact.ModelFolder;
import dev.oar.model.TransformerConfig;
import dev.oar.tokenizer.VqTokenizerConfig;

/**
 * The sizes of a trained model whose cost is known.
 *
 * @param transformer the any-order transformer
 * @param tokenizer the convolutional tokenizer
 */
record BundledShape(ModelShape transformer, VqTokenizerConfig tokenizer) {
    /**
     * The sizes of the model in a folder.
     *
     * @throws IllegalArgumentException if it is of another architecture
     */
    static BundledShape of(ModelFolder folder) {
        if (folder.manifest().transformer() instanceof TransformerConfig config
                && folder.manifest().tokenizer() instanceof VqTokenizerConfig tokenizer) {
            return new BundledShape(
                    new ModelShape(
                            folder.manifest().name(), config, folder.manifest().space()),
                    tokenizer);
        }
        throw new IllegalArgumentException(
                "the benchmark knows what any-order transformers with LlamaGen's tokenizer cost, but model "
                        + folder.manifest().name() + " is of another architecture; name such a model");
    }
}
