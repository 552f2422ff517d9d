package dev.oar.parity;

import dev.oar.decode.ClassifierFreeGuidance;
import dev.oar.file.CorruptFileException;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.BlockSizes;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** RandAR transformers of a case's settings, which all kinds of RandAR cases spell alike. */
final class RandArModels {
    private RandArModels() {}

    /** The reference model; close it after use. */
    static AnyOrderTransformer open(GoldenFolder folder) throws IOException {
        return new AnyOrderTransformer(config(folder), space(folder), folder.weights());
    }

    static TransformerConfig config(GoldenFolder folder) throws CorruptFileException {
        JsonNode sizes = folder.setting("params");
        return TransformerConfig.of(
                        Formulation.POSITION_INSTRUCTION,
                        new BlockSizes(
                                folder.integer("params", "dim"),
                                folder.integer("params", "n_layer"),
                                folder.integer("params", "n_head"),
                                sizes.path("n_kv_head").isNumber()
                                        ? Optional.of(sizes.path("n_kv_head").asInt())
                                        : Optional.empty(),
                                sizes.path("ffn_dim_multiplier").isNumber()
                                        ? Optional.of(
                                                sizes.path("ffn_dim_multiplier").asDouble())
                                        : Optional.empty(),
                                sizes.path("multiple_of").asInt(256),
                                folder.config().path("norm_eps").asDouble(1e-5),
                                folder.config().path("rope_base").asDouble(10000)))
                .withoutDropout();
    }

    static TokenSpace space(GoldenFolder folder) throws CorruptFileException {
        return new TokenSpace(
                TokenGrid.square((int) Math.sqrt(folder.integer("params", "block_size"))),
                folder.integer("params", "vocab_size"),
                folder.integer("params", "num_classes"));
    }

    /** Guidance linear from the first to the last of {@code cfg_scales}; the reference guides if the last is above 1. */
    static ClassifierFreeGuidance guidance(JsonNode generation) {
        JsonNode scales = generation.path("cfg_scales");
        double last = scales.path(1).asDouble(1);
        return last > 1 ? ClassifierFreeGuidance.linear(scales.path(0).asDouble(1), last) : ClassifierFreeGuidance.OFF;
    }
}
