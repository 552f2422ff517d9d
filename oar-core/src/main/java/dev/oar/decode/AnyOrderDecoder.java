package dev.oar.decode;

import dev.oar.model.AutoregressiveModel;
import dev.oar.model.TrainedOrders;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;

/**
 * The one decoder: generation, inpainting and order extraction are all calls of it.
 *
 * <p>Known cells are committed first, in one pass, by default in a uniform random order keyed by seed and image index (the model was
 * trained on random prefixes). Then in each step the order policy chooses cells, after it has asked about candidates (dynamic orders) or
 * without (fixed orders); their tokens are drawn or looked up, and committed. Every random number is a function of the row's seed and image
 * index, step and cell.
 *
 * <p>Tokens stay on the model's device until the batch is done. In a fixed order nothing waits for the device before that; a dynamic
 * order waits once a step, for the scores that choose the next cell.
 *
 * <p>Memory is bounded whatever the grid: a dynamic order asks about at most 2^27 logits at once (512 MiB in float32), and scores them in
 * parts that take less than that again, so that 1,024 cells with 16,384 codes are scored for a batch of 32 within 2 GiB. Candidates do not
 * see one another, so that it does not matter which are asked about together.
 *
 * <p>A decoder may be used by several threads at once, each call on one.
 *
 * <p>Logits that are no finite numbers are refused with the cell and the step, once per batch where nothing waits for a step.
 */
public final class AnyOrderDecoder {
    /** 512 MiB in float32: a batch of 32 with all 256 cells open and 16,384 codes is asked about at once. */
    private static final long LARGEST_ANSWER = 1L << 27;

    private final AutoregressiveModel model;
    private final long largestAnswer;

    /** A decoder on this model, which stays the caller's; a model trained for raster order only draws in raster order. */
    public AnyOrderDecoder(AutoregressiveModel model) {
        this(model, LARGEST_ANSWER);
    }

    /**
     * As the shorter form.
     *
     * @param largestAnswer how many logits a dynamic order asks the model for at once, at least one cell of every row
     */
    AnyOrderDecoder(AutoregressiveModel model, long largestAnswer) {
        this.model = model;
        this.largestAnswer = largestAnswer;
    }

    /**
     * Decodes one batch.
     *
     * @throws IllegalArgumentException if the model was trained for raster order only and the request asks for another
     * @throws ArithmeticException if the model answers with logits that are no finite numbers
     */
    public DecodedTokens decode(DecodingRequest request) {
        if (model.trainedOrders() == TrainedOrders.RASTER) {
            requireRaster(request);
        }
        return decode(request, Tensors::doubles);
    }

    /**
     * As the shorter form; for tests on a device whose values cannot be read.
     *
     * @param reading reads what is recorded of all cells, {@code [2, batch, cells]}, float64, when all are filled
     */
    DecodedTokens decode(DecodingRequest request, Function<Tensor, double[]> reading) {
        try (Device.Use ignored = model.device().use();
                TensorScope unused = TensorScope.open();
                DecodingCall call = new DecodingCall(model, request, largestAnswer)) {
            return Tensors.inference(() -> call.run(reading));
        }
    }

    private void requireRaster(DecodingRequest request) {
        int cells = model.space().cells();
        GenerationOrder raster = GenerationOrder.raster(cells);
        boolean inRaster = request.policy() instanceof OrderPolicy.GivenOrders given
                && given.schedule().apply(cells).equals(DecodingSchedule.sequential(cells))
                && given.orders().stream().allMatch(raster::equals)
                && request.known().count() == 0
                && request.known().absent().isEmpty();
        if (!inRaster) {
            throw new IllegalArgumentException("this model was trained for raster order only and draws whole images in"
                    + " it, one cell a step; ask for raster order, or use an any-order model");
        }
    }
}
