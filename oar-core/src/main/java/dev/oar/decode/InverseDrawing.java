package dev.oar.decode;

import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Draws tokens by inverting cumulative distributions in float64, in parts of bounded size. */
final class InverseDrawing {
    static final long DRAWN_FROM_AT_ONCE = 1L << 22;

    private InverseDrawing() {}

    /**
     * Draws one token per row, see {@link TokenFilter#drawn}.
     *
     * @param atOnce how many logits are looked at at once, at least one row's
     */
    static TokenFilter.Drawn drawn(TokenFilter filter, Tensor logits, double[] uniforms, long atOnce) {
        long rows = logits.size(0);
        int size = (int) Math.max(1, Math.min(rows, atOnce / logits.size(-1)));
        if (size == rows) {
            return inverted(filter, logits, uniforms);
        }
        List<TokenFilter.Drawn> parts = new ArrayList<>();
        for (int from = 0; from < rows; from += size) {
            int length = (int) Math.min(size, rows - from);
            try (TensorScope scope = TensorScope.open()) {
                TokenFilter.Drawn part = inverted(
                        filter, logits.narrow(0, from, length), Arrays.copyOfRange(uniforms, from, from + length));
                parts.add(new TokenFilter.Drawn(scope.keep(part.tokens()), scope.keep(part.logProbabilities())));
            }
        }
        return new TokenFilter.Drawn(
                Tensors.cat(0, parts.stream().map(TokenFilter.Drawn::tokens).toList()),
                Tensors.cat(
                        0,
                        parts.stream().map(TokenFilter.Drawn::logProbabilities).toList()));
    }

    private static TokenFilter.Drawn inverted(TokenFilter filter, Tensor logits, double... uniforms) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor probabilities = torch.softmax(filter.filtered(logits.to(torch.ScalarType.Double)), -1);
            Tensor cumulative = probabilities.cumsum(-1);
            Tensor total = cumulative.narrow(-1, cumulative.size(-1) - 1, 1);
            Tensor threshold = Tensors.of(uniforms, uniforms.length, 1).mul(total);
            Tensor passed = cumulative.le(threshold).bitwise_or(probabilities.eq(new Scalar(0)));
            // The first token that is not passed; a dropped token has no probability and is always passed.
            Tensor tokens = passed.bitwise_not().to(torch.ScalarType.Int).argmax(new LongOptional(-1), true);
            Tensor drawn = probabilities.gather(-1, tokens).log();
            return new TokenFilter.Drawn(scope.keep(tokens.squeeze(-1)), scope.keep(drawn.squeeze(-1)));
        }
    }
}
