package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.order.TokenGrid;
import dev.oar.tensor.Operations;
import dev.oar.tensor.Precision;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.NativeMemory;
import dev.oar.testing.TinyModels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NativeMemory.class)
class AttentionPrecisionTests {
    @ParameterizedTest
    @EnumSource(Precision.class)
    void attentionIsComputedInFloat32AndMatrixProductsInThePrecisionAskedFor(Precision precision) {
        try (AnyOrderTransformer model = TinyModels.transformer(
                        Formulation.POSITION_INSTRUCTION, TokenGrid.square(2), 1, torch.ScalarType.Float);
                TensorScope ignored = TensorScope.open()) {
            RotaryTrunk trunk = new RotaryTrunk(model.config(), model.weights(), model.rotations());
            Tensor rows = Tensors.range(0, 5).unsqueeze(0);
            SequenceInputs<RotaryRows> inputs = new SequenceInputs<>(
                    Tensors.normal(2, 1, 5, model.config().width()), new RotaryRows(rows, rows));
            List<torch.ScalarType> received = new ArrayList<>();
            List<torch.ScalarType> computed = new ArrayList<>();
            Map<String, torch.ScalarType> hidden = new LinkedHashMap<>();
            precision.forward(() -> trunk.forward(
                    inputs,
                    0,
                    5,
                    (layer, query, key, value) -> {
                        List.of(query, key, value)
                                .forEach(tensor ->
                                        received.add(tensor.scalar_type().intern()));
                        // What comes out shows what attention was computed in, whatever autocast made of its inputs.
                        Tensor attended = Operations.causalAttention(query, key, value);
                        computed.add(attended.scalar_type().intern());
                        return attended;
                    },
                    false,
                    (point, states) -> hidden.put(point, states.scalar_type().intern())));
            assertThat(received).hasSize(6).containsOnly(torch.ScalarType.Float);
            assertThat(computed).hasSize(2).containsOnly(torch.ScalarType.Float);
            assertThat(hidden)
                    .containsEntry("hidden_layer_0", torch.ScalarType.Float)
                    .containsEntry("hidden_final_norm", torch.ScalarType.Float)
                    .containsEntry(
                            "layer_0_attention_out",
                            precision == Precision.FLOAT32 ? torch.ScalarType.Float : torch.ScalarType.BFloat16);
        }
    }
}
