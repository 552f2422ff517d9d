package dev.oar.measure;

import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.model.AnyOrderModel;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Draws the samples of several models under several drawings; those that are kept already stay. */
public final class SampleDrawing {
    private final SamplePlan plan;
    private final ModelComparison.Settings settings;
    private final ImageTokenizer tokenizer;
    private final MeasurementListener listener;
    private final long total;
    private long done;

    /**
     * The drawing of a plan.
     *
     * @param tokenizer the models' own, which stays the caller's
     */
    public SampleDrawing(
            SamplePlan plan,
            List<ComparedModel> models,
            ModelComparison.Settings settings,
            ImageTokenizer tokenizer,
            MeasurementListener listener) {
        this.plan = plan;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.listener = listener;
        long cells = models.stream()
                .mapToLong(
                        model -> plan.drawings().stream().filter(model::canDraw).count())
                .sum();
        this.total = cells * plan.classes().size();
    }

    /**
     * The samples of a model under one drawing.
     *
     * @param prepared the model, which stays the caller's
     * @throws IOException if samples cannot be read or written
     */
    public DrawnSamples draw(ComparedModel model, AnyOrderModel prepared, Drawing drawing) throws IOException {
        String way = drawing.order().label();
        long before = done;
        done += plan.classes().size();
        Optional<Path> file = plan.folder().map(folder -> folder.resolve(DrawnSamples.fileName(model.label(), way)));
        if (file.filter(Files::isRegularFile).isPresent()) {
            return DrawnSamples.read(file.get());
        }
        long start = System.nanoTime();
        int[] classes = plan.classes().stream().mapToInt(Integer::intValue).toArray();
        List<GeneratedImage> images = new ArrayList<>();
        new ImageGenerator(new DrawingModel(prepared, tokenizer, model.folderOrders()))
                .generate(new GenerationRequest(0, classes, settings.seed(), settings.batchSize(), drawing), image -> {
                    images.add(image);
                    listener.progress("drawing", before + images.size(), total);
                });
        DrawnSamples samples = DrawnSamples.of(images);
        if (file.isPresent()) {
            samples.write(file.get());
        }
        listener.drawn(model.label(), way, classes.length, Duration.ofNanos(System.nanoTime() - start));
        return samples;
    }
}
