package dev.oar.measure;

import dev.oar.artifact.Arm;
import dev.oar.artifact.FolderOrders;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.OrderNetworkFiles;
import dev.oar.evaluate.GaussianStatistics;
import dev.oar.feature.FeatureNetwork;
import dev.oar.generate.Drawing;
import dev.oar.model.AutoregressiveModel;
import dev.oar.tensor.Device;
import dev.oar.tensor.LibTorch;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A model that is measured by what it draws, as published figures are made: it draws many images, perhaps at the guidance scale that a search
 * finds, and {@link ImageSetComparison} compares them with a reference.
 */
public final class ModelEvaluation implements AutoCloseable {
    private final ModelFolder folder;
    private final Arm arm;
    private final ClassShares classes;
    private final ComparisonConfig config;
    private final MeasurementListener listener;
    private final ImageTokenizer tokenizer;
    private final AutoregressiveModel model;
    private final FolderOrders folderOrders;

    /**
     * Opens a model; close it when its images have been measured, since they are decoded when they are read.
     *
     * @param device where it draws
     * @param classes how often each class is drawn
     * @param config seed and batch size of what is drawn, and how it is compared
     * @throws IOException if the folder lacks a file, or one is damaged
     */
    public ModelEvaluation(
            ModelFolder folder,
            Arm arm,
            Device device,
            ClassShares classes,
            ComparisonConfig config,
            MeasurementListener listener)
            throws IOException {
        this.folder = folder.requireClasses("drawing for a reference");
        this.arm = arm;
        this.classes = classes;
        this.config = config;
        this.listener = listener;
        LibTorch.load();
        this.tokenizer = folder.tokenizer(device);
        try {
            this.folderOrders = folder.folderOrders(device);
        } catch (IOException | RuntimeException e) {
            tokenizer.close();
            throw e;
        }
        try {
            this.model = folder.transformer(arm, device);
        } catch (IOException | RuntimeException e) {
            folderOrders.close();
            tokenizer.close();
            throw e;
        }
    }

    /** The name in tables. */
    public String label() {
        return folder.manifest().name() + ", " + arm.label();
    }

    /**
     * Draws, or goes on with what was drawn in the folder before.
     *
     * @param count how many images
     * @param directory where they go
     * @throws IllegalArgumentException if the folder holds images that depend on something else
     */
    public DrawnImages draw(Drawing drawing, int count, Path directory) throws IOException {
        String weights = folder.fingerprint(ModelFolder.fileName(arm));
        SampleDescription description = new SampleDescription(
                drawing.order().needsOrderNetwork()
                        ? weights + " " + folder.fingerprint(OrderNetworkFiles.WEIGHTS)
                        : weights,
                folder.fingerprint(ModelFolder.TOKENIZER),
                classes,
                drawing,
                config.seed(),
                config.batchSize());
        return DrawnImages.draw(directory, description, model, tokenizer, folderOrders, count, listener);
    }

    /**
     * Draws at several guidance scales and measures the distance of each.
     *
     * @param drawing how it is drawn but for the scale
     * @param scales in ascending sequence
     * @param count images of each scale
     * @param network features that distances are taken in
     * @param reference of real images
     * @param directory where the images go, a folder for each scale
     */
    public GuidanceSearch search(
            Drawing drawing,
            List<Double> scales,
            int count,
            FeatureNetwork network,
            GaussianStatistics reference,
            Path directory)
            throws IOException {
        return GuidanceSearch.run(
                scales,
                scale -> draw(
                        drawing.withGuidanceScale(scale),
                        count,
                        directory.resolve("scale-" + GuidanceSearch.text(scale))),
                network,
                reference,
                count,
                config,
                listener);
    }

    @Override
    public void close() {
        model.close();
        folderOrders.close();
        tokenizer.close();
    }
}
