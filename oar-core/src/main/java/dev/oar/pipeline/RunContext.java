package dev.oar.pipeline;

import dev.oar.data.ImageFolder;
import dev.oar.data.Split;
import dev.oar.evaluate.ImageSource;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What all stages of one run share: the recipe, the folders, the images, who listens. */
final class RunContext implements AutoCloseable {
    private final Recipe recipe;
    private final Path baseDirectory;
    private final Path runDirectory;
    private final PipelineListener listener;
    private @Nullable ImageFolder images;
    private @Nullable String imagesFingerprint;

    RunContext(Recipe recipe, Path baseDirectory, Path runDirectory, PipelineListener listener) {
        this.recipe = recipe;
        this.baseDirectory = baseDirectory;
        this.runDirectory = runDirectory;
        this.listener = listener;
    }

    Recipe recipe() {
        return recipe;
    }

    Path runDirectory() {
        return runDirectory;
    }

    PipelineListener listener() {
        return listener;
    }

    /** The images, opened at first use. */
    ImageFolder images() throws IOException {
        ImageFolder open = images;
        if (open == null) {
            open = ImageFolder.open(recipe.data(), baseDirectory);
            images = open;
            if (!open.unreadable().isEmpty()) {
                listener.note(open.unreadable().size() + " unreadable files are left out, the first being "
                        + open.unreadable().get(0).fileName());
            }
        }
        return open;
    }

    /** Fingerprint of the images. */
    String imagesFingerprint() throws IOException {
        String known = imagesFingerprint;
        if (known == null) {
            known = images().fingerprint();
            imagesFingerprint = known;
        }
        return known;
    }

    /** The images of a side of the split, as a measurable set with their families. */
    ImageSource source(Split split) throws IOException {
        return ImageSource.of(images(), images().indices(split));
    }

    @Override
    public void close() throws IOException {
        if (images != null) {
            images.close();
        }
    }
}
