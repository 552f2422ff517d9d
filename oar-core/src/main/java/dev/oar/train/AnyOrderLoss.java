package dev.oar.train;

import dev.oar.model.AnyOrderModel;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The training loss of any-order models. */
final class AnyOrderLoss {
    private AnyOrderLoss() {}

    /**
     * The mean cross-entropy over all cells in nats, every cell predicted from the cells before it in its image's order.
     *
     * @param tokens {@code [batch, cells]}, int64, raster order
     * @param conditions {@code [batch]}, int64
     * @param orders {@code [batch, cells]}, int64
     * @return a scalar, float32 or wider
     */
    static Tensor of(AnyOrderModel model, Tensor tokens, Tensor conditions, Tensor orders) {
        Tensor logits = model.logits(tokens, conditions, orders, true);
        if (logits.scalar_type().intern() == torch.ScalarType.BFloat16) {
            logits = logits.to(torch.ScalarType.Float);
        }
        // Logits come in decoding order, so the labels are put into it too.
        Tensor labels = tokens.gather(1, orders);
        return torch.cross_entropy_loss(logits.flatten(0, 1), labels.flatten());
    }
}
