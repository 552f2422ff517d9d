package dev.oar.benchmark;

import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.DrawingOrder;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.generate.LearnedOrder;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.OrderNetwork;
import dev.oar.model.OrderNetworkConfig;
import dev.oar.tensor.Device;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whole images of a trained model: in the dynamic order, as {@code oar generate} draws them unless told otherwise, and beside it in learned
 * orders and in random ones, which ask the model about no other cells than those that are drawn. Where the model has no order network, an
 * untrained one of the usual sizes takes as long.
 */
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
        TransformerCost cost = shape.transformer().cost();
        int[] single = new int[shape.transformer().space().cells()];
        Arrays.fill(single, 1);
        List<Pass> ofOneCell = cost.fixed(batch, single);
        return List.of(
                row(
                        "dynamic",
                        new DrawingOrder.Dynamic(
                                ConfidenceMeasure.NEGATIVE_ENTROPY, ConfidenceLogits.CONDITIONAL, 1, 1),
                        cost.dynamic(batch),
                        "each of all open cells,"),
                row(
                        "learned",
                        new LearnedOrder(1),
                        ofOneCell,
                        "each of one cell, those of the order network left out,"),
                row("random", new DrawingOrder.UniformRandom(0), ofOneCell, "each of one cell,"));
    }

    private PlannedRow row(String kind, DrawingOrder order, List<Pass> passes, String which) {
        String name = "draw/" + shape.transformer().label() + "/" + kind + "/batch-" + batch;
        return new PlannedRow(name, measured -> measure(name, order, passes, which));
    }

    private FolderOrders folderOrders(DrawingOrder order) throws IOException {
        FolderOrders own = folder.folderOrders(Device.inForce());
        if (!order.needsOrderNetwork() || own.network().isPresent()) {
            return own;
        }
        OrderNetwork.Inputs inputs = OrderNetwork.Inputs.of(
                folder.manifest().space(), folder.manifest().transformer());
        return new FolderOrders(
                own.meanRanks(), Optional.of(OrderNetwork.initialise(OrderNetworkConfig.USUAL, inputs, 1)));
    }

    private Figure measure(String name, DrawingOrder order, List<Pass> passes, String which) throws IOException {
        GenerationRequest request =
                new GenerationRequest(0, shape.transformer().conditions(batch), 1, batch, Drawing.of(order));
        try (ImageTokenizer tokenizer = folder.tokenizer(Device.inForce());
                AutoregressiveModel model = folder.transformer(folder.defaultArm(), Device.inForce());
                FolderOrders folderOrders = folderOrders(order)) {
            ImageGenerator generator = new ImageGenerator(new DrawingModel(model, tokenizer, folderOrders));
            Spread seconds = repetitions.time(() -> generator.generate(request, image -> {}));
            TransformerCost cost = shape.transformer().cost();
            double decoding = new TokenizerCost(shape.tokenizer()).decoding();
            return Figure.of(
                    name,
                    Unit.IMAGES_PER_SECOND,
                    seconds.dividing(batch),
                    limits -> cost.seconds(passes, WeightType.FLOAT32, limits) / batch
                            + decoding / limits.products(WeightType.FLOAT32),
                    "sum over the passes, " + which + " of max(bytes of weights / reading, operations /"
                            + " products with float32 weights), and the tokenizer's operations / products, per image",
                    Optional.empty());
        }
    }

    @Override
    public void close() {}
}
