package dev.oar.data;

import dev.oar.image.ImageSize;
import dev.oar.image.RgbImage;
import dev.oar.layout.LeftOut;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;

/** The images of a folder or zip. */
final class FileImages extends ImageSet {
    private final ImageFiles files;

    private FileImages(Path path, ImageFiles files, OptionalInt side) {
        super(path, side);
        this.files = files;
    }

    /** Takes over files that have been opened; they are closed if their sizes differ and no side is given. */
    static FileImages open(Path path, ImageFiles files, OptionalInt side) throws IOException {
        for (int index = 1; side.isEmpty() && index < files.count(); index++) {
            if (!files.size(index).equals(files.size(0))) {
                files.close();
                throw differing(path, files.name(0), files.size(0), files.name(index), files.size(index));
            }
        }
        return new FileImages(path, files, side);
    }

    @Override
    public int count() {
        return files.count();
    }

    @Override
    public String name(int index) {
        return files.name(index);
    }

    @Override
    public LeftOut leftOut() {
        return files.leftOut();
    }

    @Override
    public ImageLosses losses() {
        return files.losses();
    }

    @Override
    ImageSize originalSize() {
        return files.size(0);
    }

    @Override
    RgbImage original(int index) throws IOException {
        return files.read(index);
    }

    @Override
    public void close() throws IOException {
        files.close();
    }
}
