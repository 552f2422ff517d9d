package dev.oar.benchmark;

import dev.oar.artifact.ModelFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Whole images of a trained model in the dynamic order, as {@code oar generate} draws them unless told otherwise. */
final class DrawingRows implements RowGroup {
    private final ModelFolder folder;
    private final BundledShape shape;
    private final int batch;
    private final Repetitions repetitions;

    /** Rows that draw {@code batch} images at a time. */
    DrawingRows(ModelFolder folder, int batch, Repetitions repetitions) {
        this.folder = folder;
        this.shape = BundledShape.of(folder);
        this.batch = batch;
        this.repetitions = repetitions;
    }

    @Override
    public List<PlannedRow> rows() {
        String name = "draw/" + shape.transformer().label() + "/dynamic/batch-" + batch;
        return List.of(new PlannedRow(name, measured -> measure(name)));
    }

    private Figure measure(String name) throws IOException {
        DrawingOrder order =
                new DrawingOrder.Dynamic(ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1);
        GenerationRequest request =
                new GenerationRequest(0, shape.transformer().conditions(batch), 1, batch, Drawing.of(order));
        try (ImageTokenizer tokenizer = folder.tokenizer(Device.inForce());
                AutoregressiveModel model = folder.transformer(folder.defaultArm(), Device.inForce())) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(model, tokenizer, folder.meanRanks()));
            Spread seconds = repetitions.time(() -> generator.generate(request, image -> {}));
            TransformerCost cost = shape.transformer().cost();
            List<Pass> passes = cost.dynamic(batch);
            double decoding = new TokenizerCost(shape.tokenizer()).decoding();
            return Figure.of(
                    name,
                    Unit.IMAGES_PER_SECOND,
                    seconds.dividing(batch),
                    limits -> cost.seconds(passes, WeightType.FLOAT32, limits) / batch
                            + decoding / limits.products(WeightType.FLOAT32),
                    "sum over the passes, each of all open cells, of max(bytes of weights / reading, operations /"
                            + " products with float32 weights), and the tokenizer's operations / products, per image",
                    Optional.empty());
        }
    }

    @Override
    public void close() {}
}
