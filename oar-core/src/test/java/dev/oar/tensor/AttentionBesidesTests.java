package dev.oar.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.oar.testing.NativeMemory;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NativeMemory.class)
class AttentionBesidesTests {
    /** Spread wide, so that some queries weigh their own key with almost nothing and others with almost all. */
    private static Tensor normal(long seed, long... shape) {
        return Tensors.normal(seed, shape).to(torch.ScalarType.Double).mul(new Scalar(3));
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 7", "5, 1", "33, 17", "70, 40"})
    void attentionToAllKeysAndAnOwnOneIsThatOfAMaskThatHidesTheOthers(int keys, int queries) {
        try (TensorScope ignored = TensorScope.open()) {
            Tensor query = normal(1, 2, 3, queries, 8);
            Tensor key = normal(2, 2, 3, keys, 8);
            Tensor value = normal(3, 2, 3, keys, 8);
            Tensor ownKey = normal(4, 2, 3, queries, 8);
            Tensor ownValue = normal(5, 2, 3, queries, 8);
            boolean[] visible = new boolean[queries * (keys + queries)];
            for (int i = 0; i < queries; i++) {
                for (int j = 0; j < keys; j++) {
                    visible[i * (keys + queries) + j] = true;
                }
                visible[i * (keys + queries) + keys + i] = true;
            }
            Tensor masked = Operations.attention(
                    query,
                    Tensors.cat(2, key, ownKey),
                    Tensors.cat(2, value, ownValue),
                    Tensors.of(visible, queries, keys + queries));
            assertThat(Tensors.doubles(AttentionBesides.apply(query, key, value, ownKey, ownValue)))
                    .containsExactly(Tensors.doubles(masked), within(1e-12));
            torch.ScalarType narrow = torch.ScalarType.Float;
            assertThat(Tensors.doubles(AttentionBesides.apply(
                            query.to(narrow),
                            key.to(narrow),
                            value.to(narrow),
                            ownKey.to(narrow),
                            ownValue.to(narrow))))
                    .containsExactly(Tensors.doubles(masked), within(2e-5));
        }
    }
}
