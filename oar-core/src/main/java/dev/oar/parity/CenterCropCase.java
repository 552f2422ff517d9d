package dev.oar.parity;

import dev.oar.image.CenterCrop;
import dev.oar.image.RgbImage;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** The ADM centre crop of 8-bit images. */
final class CenterCropCase implements GoldenCase {
    private static final String FILE = "golden";

    @Override
    public void compare(GoldenRun run) throws IOException {
        run.folder().settings().remarks("pillow");
        List<Settings> cases = run.folder().settings().parts("cases");
        for (int i = 0; i < cases.size(); i++) {
            int size = cases.get(i).integer("size");
            Tensor image = run.input(FILE, "in" + i);
            cases.get(i).fixed("height", image.size(0));
            cases.get(i).fixed("width", image.size(1));
            RgbImage source = new RgbImage((int) image.size(1), (int) image.size(0), Tensors.bytes(image));
            run.pixels(
                    FILE, "out" + i, Tensors.of(CenterCrop.apply(source, size).rgb(), size, size, 3));
        }
    }
}
