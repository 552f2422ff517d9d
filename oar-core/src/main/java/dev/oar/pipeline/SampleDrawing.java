package dev.oar.pipeline;

import dev.oar.generate.Drawing;
import dev.oar.generate.DrawingModel;
import dev.oar.generate.GeneratedImage;
import dev.oar.generate.GenerationRequest;
import dev.oar.generate.ImageGenerator;
import dev.oar.measure.DrawnSamples;
import dev.oar.model.AnyOrderModel;
import dev.oar.tokenizer.ImageTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Draws the samples of every arm under every drawing, a file of each; those that are there already stay. */
final class SampleDrawing {
    private final Stage stage;
    private final ImageTokenizer tokenizer;
    private final int[] classes;
    private final int total;
    private int done;
    private int kept;

    SampleDrawing(Stage stage, ImageTokenizer tokenizer, int[] classes, int arms) {
        this.stage = stage;
        this.tokenizer = tokenizer;
        this.classes = classes;
        this.total = arms * section().drawings().size() * classes.length;
    }

    private EvaluationSection section() {
        return stage.recipe().evaluation();
    }

    void draw(Path directory, List<ArmStage> arms) throws IOException {
        long start = System.nanoTime();
        for (ArmStage arm : arms) {
            try (AnyOrderModel model = arm.model();
                    AnyOrderModel prepared = model.prepared()) {
                ImageGenerator generator = new ImageGenerator(new DrawingModel(prepared, tokenizer, Optional.empty()));
                for (Drawing drawing : section().drawings()) {
                    String way = drawing.order().label();
                    draw(generator, drawing, directory.resolve(DrawnSamples.fileName(arm.arm(), way)));
                }
            }
        }
        noteTime((System.nanoTime() - start) / 1e9);
    }

    private void draw(ImageGenerator generator, Drawing drawing, Path file) throws IOException {
        int before = done;
        done += classes.length;
        if (Files.isRegularFile(file)) {
            kept += classes.length;
            return;
        }
        GenerationRequest request = new GenerationRequest(
                0, classes, stage.recipe().seed(), section().batchSize(), drawing);
        List<GeneratedImage> images = new ArrayList<>();
        generator.generate(request, image -> {
            images.add(image);
            stage.progress("drawing", before + images.size(), total);
        });
        DrawnSamples.of(images).write(file);
    }

    private void noteTime(double seconds) {
        int drawn = total - kept;
        if (drawn > 0) {
            stage.context()
                    .listener()
                    .note(String.format(
                            Locale.ROOT,
                            "drew %d images, %d per model and order (evaluation.samples), in %.0f s, %.1f a second",
                            drawn,
                            classes.length,
                            seconds,
                            drawn / seconds));
        }
    }
}
