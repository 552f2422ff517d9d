package dev.oar.parity;

import dev.oar.image.CenterCrop;
import dev.oar.image.RgbImage;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;

/** The ADM centre crop of 8-bit images. */
final class CenterCropCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        JsonNode cases = run.folder().setting("cases");
        for (int i = 0; i < cases.size(); i++) {
            int size = cases.get(i).path("size").asInt();
            Tensor image = run.input(FILE, "in" + i);
            RgbImage source = new RgbImage((int) image.size(1), (int) image.size(0), Tensors.bytes(image));
            run.pixels(
                    FILE, "out" + i, Tensors.of(CenterCrop.apply(source, size).rgb(), size, size, 3));
        }
    }
}
