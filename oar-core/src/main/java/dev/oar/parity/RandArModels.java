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
import java.util.List;
import java.util.Optional;

/** RandAR transformers of a case's settings, which all kinds of RandAR cases spell alike. */
final class RandArModels {
    private RandArModels() {}

    /** The reference model; close it after use. */
    static AnyOrderTransformer open(GoldenFolder folder) throws IOException {
        Settings settings = folder.settings();
        settings.fixed("cls_token_num", 1);
        settings.fixed("dropout", 0);
        TransformerConfig config = config(settings);
        settings.fixed("ffn_hidden", config.feedForwardWidth());
        return new AnyOrderTransformer(config, space(settings.part("params")), folder.weights());
    }

    private static TransformerConfig config(Settings settings) throws CorruptFileException {
        Settings sizes = settings.part("params");
        return TransformerConfig.of(
                        Formulation.POSITION_INSTRUCTION,
                        new BlockSizes(
                                sizes.integer("dim"),
                                sizes.integer("n_layer"),
                                sizes.integer("n_head"),
                                either(settings, "n_kv_head").map(Double::intValue),
                                either(settings, "ffn_dim_multiplier"),
                                either(settings, "multiple_of").orElse(256.0).intValue(),
                                either(settings, "norm_eps").orElse(1e-5),
                                either(settings, "rope_base").orElse(10000.0)))
                .withoutDropout();
    }

    /** A number that stands among the sizes, beside them, or nowhere; in both places it must be the same. */
    private static Optional<Double> either(Settings settings, String key) throws CorruptFileException {
        Optional<Double> inside = settings.part("params").optionalNumber(key);
        if (inside.isPresent()) {
            settings.fixed(key, inside.get());
        }
        return inside.isPresent() ? inside : settings.optionalNumber(key);
    }

    private static TokenSpace space(Settings sizes) throws CorruptFileException {
        return new TokenSpace(
                TokenGrid.square((int) Math.sqrt(sizes.integer("block_size"))),
                sizes.integer("vocab_size"),
                sizes.integer("num_classes"));
    }

    /** Guidance linear from the first to the last of {@code cfg_scales}; the reference guides if the last is above 1. */
    static ClassifierFreeGuidance guidance(Settings generation) throws CorruptFileException {
        return guidance(generation, "cfg_scales");
    }

    /** The same from the scales under a key. */
    static ClassifierFreeGuidance guidance(Settings generation, String key) throws CorruptFileException {
        List<Double> scales = generation.numbers(key);
        if (scales.size() != 2) {
            throw generation.refused(key, "the first and the last scale");
        }
        return scales.get(1) > 1
                ? ClassifierFreeGuidance.linear(scales.get(0), scales.get(1))
                : ClassifierFreeGuidance.OFF;
    }
}
