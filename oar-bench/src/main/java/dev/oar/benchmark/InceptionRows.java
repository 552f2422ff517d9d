package dev.oar.benchmark;

import dev.oar.data.ImageSet;
import dev.oar.evaluate.InceptionFeatures;
import dev.oar.feature.InceptionNetwork;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tokenizer.PixelTensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Features of a folder of images by the Inception network with random weights, beside the bare network on images in memory. */
final class InceptionRows implements RowGroup {
    private static final String FEATURES = "inception/features-of-a-folder";
    private static final String BARE = "inception/bare-network";
    private static final String RATIO = "inception/features-against-bare-network";

    private final int images;
    private final int side;
    private final int batch;
    private final Repetitions repetitions;
    private @Nullable InceptionNetwork network;

    /** Rows of this many pictures of {@code side x side} pixels, {@code batch} at a time, a divisor of their number. */
    InceptionRows(int images, int side, int batch, Repetitions repetitions) {
        this.images = images;
        this.side = side;
        this.batch = batch;
        this.repetitions = repetitions;
    }

    @Override
    public List<PlannedRow> rows() {
        return List.of(
                new PlannedRow(FEATURES, measured -> features()),
                new PlannedRow(BARE, measured -> bare()),
                new PlannedRow(
                        RATIO,
                        measured -> Figure.of(
                                RATIO,
                                Unit.RATIO,
                                measured.figure(FEATURES).timesAsFastAs(measured.figure(BARE)),
                                "images per second of a folder / of the bare network",
                                Optional.empty())));
    }

    private Figure features() throws IOException {
        try (TemporaryFolder folder = TemporaryFolder.create()) {
            Path directory = folder.fresh("images");
            for (int i = 0; i < images; i++) {
                Files.write(directory.resolve(i + ".png"), PngFile.encode(RandomInception.picture(i, side)));
            }
            Spread seconds = repetitions.time(() -> {
                try (ImageSet set = ImageSet.open(directory)) {
                    var unused = InceptionFeatures.of(network(), set, batch, done -> {});
                }
            });
            return row(
                    FEATURES, seconds, images + " PNG files of " + side + " x " + side + " pixels, read and decoded");
        }
    }

    private Figure bare() throws IOException {
        List<RgbImage> pictures = IntStream.range(0, images)
                .mapToObj(number -> RandomInception.picture(number, side))
                .toList();
        Spread seconds = repetitions.time(() -> {
            for (int from = 0; from < images; from += batch) {
                List<RgbImage> part = pictures.subList(from, from + batch);
                TensorScope.run(() -> {
                    var unused = network().activations(PixelTensors.of(part));
                });
            }
        });
        return row(BARE, seconds, images + " images in memory");
    }

    private Figure row(String name, Spread seconds, String what) {
        return Figure.of(
                name, Unit.IMAGES_PER_SECOND, seconds.dividing(images), "random weights; " + what, Optional.empty());
    }

    private InceptionNetwork network() {
        InceptionNetwork made = network == null ? RandomInception.network() : network;
        network = made;
        return made;
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
            network = null;
        }
    }
}
