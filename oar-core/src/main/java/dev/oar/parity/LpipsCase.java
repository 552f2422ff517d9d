package dev.oar.parity;

import dev.oar.feature.Lpips;
import dev.oar.feature.LpipsFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** LPIPS with VGG16: features of each block, distances, gradients of the images. */
final class LpipsCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.fixed("net", "vgg");
        try (Lpips lpips = LpipsFiles.read(run.folder().path().resolve(GoldenFolder.WEIGHTS), Optional.empty())) {
            List<Integer> widths = settings.integers("channels");
            for (int block = 0; block < widths.size(); block++) {
                String name = "features." + new int[] {0, 5, 10, 17, 24}[block] + ".bias";
                run.absolute(
                        "channels of block " + block, lpips.weights().get(name).size(0), widths.get(block), 0);
            }
            compare(run, lpips);
        }
    }

    private static void compare(GoldenRun run, Lpips lpips) throws IOException {
        Tensor images = run.input(FILE, "images").requires_grad_(true);
        Tensor references = run.input(FILE, "references");
        List<Tensor> layers = lpips.layers(images);
        List<Tensor> distances = lpips.distances(images, references);
        for (int block = 0; block < layers.size(); block++) {
            run.close(FILE, "layer_" + block, layers.get(block).detach());
            run.close(FILE, "distance_" + block, distances.get(block).detach());
        }
        Tensor distance = lpips.distance(images, references);
        run.close(FILE, "distance", distance.detach());
        distance.mean().backward();
        run.gradient(FILE, "gradient", images.grad());
    }
}
