package dev.oar.testing;

import dev.oar.checkpoint.Safetensors;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.BlockSizes;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerConfig;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** The models whose reference numbers {@link Golden} folders hold. */
public final class GoldenModels {
    private GoldenModels() {}

    /** The RandAR transformer of a case; close it after use. */
    public static AnyOrderTransformer randAr(Golden golden) throws IOException {
        JsonNode params = golden.config().get("params");
        int side = (int) Math.sqrt(params.get("block_size").asInt());
        JsonNode groups = params.get("n_kv_head");
        JsonNode factor = params.get("ffn_dim_multiplier");
        JsonNode multiple = params.get("multiple_of");
        TransformerConfig config = TransformerConfig.of(
                        TransformerConfig.Formulation.POSITION_INSTRUCTION,
                        new BlockSizes(
                                params.get("dim").asInt(),
                                params.get("n_layer").asInt(),
                                params.get("n_head").asInt(),
                                groups == null || groups.isNull() ? Optional.empty() : Optional.of(groups.asInt()),
                                factor == null || factor.isNull() ? Optional.empty() : Optional.of(factor.asDouble()),
                                multiple == null ? 256 : multiple.asInt(),
                                1e-5,
                                10000))
                .withoutDropout();
        TokenSpace space = new TokenSpace(
                TokenGrid.square(side),
                params.get("vocab_size").asInt(),
                params.get("num_classes").asInt());
        return new AnyOrderTransformer(
                config, space, Safetensors.weights(golden.folder().resolve("weights.safetensors")));
    }
}
