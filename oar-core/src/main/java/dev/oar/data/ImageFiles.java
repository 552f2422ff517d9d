package dev.oar.data;

import dev.oar.image.ImageFacts;
import dev.oar.image.ImageLimits;
import dev.oar.image.ImageLoss;
import dev.oar.image.ImageReader;
import dev.oar.image.ImageSize;
import dev.oar.image.Rgb;
import dev.oar.image.RgbImage;
import dev.oar.layout.FoundImage;
import dev.oar.layout.ImageArchive;
import dev.oar.layout.LeftOut;
import dev.oar.layout.Listing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The PNG, JPEG, WebP, GIF and BMP files of a folder or a zip, at any depth, in the order of their names; folders mean nothing, unlike in an
 * {@link ImageFolder}.
 *
 * <p>Which files are images is told as there: by their endings and by their content. Every image is checked when the set is opened,
 * from its header and its end, and an unreadable one, or one of a format that is not read, refuses the set. Pixels are decoded when
 * asked for and not kept. Other files are passed over and named by {@link #leftOut}; hidden ones are not seen. Reading is safe from
 * several threads.
 */
public final class ImageFiles implements AutoCloseable {
    /** What looking at a file found: what it says of itself, or else why it cannot be read. */
    private record Checked(FoundImage image, Optional<ImageFacts> facts, String reason) {}

    private final ImageArchive source;
    private final ImageLimits limits;
    private final List<FoundImage> images;
    private final List<ImageSize> sizes;
    private final LeftOut leftOut;
    private final ImageLosses losses;

    private ImageFiles(ImageArchive source, ImageLimits limits, List<Checked> checked) {
        this.source = source;
        this.limits = limits;
        this.images = checked.stream().map(Checked::image).toList();
        List<ImageFacts> facts =
                checked.stream().map(each -> each.facts().orElseThrow()).toList();
        this.sizes = facts.stream().map(ImageFacts::size).toList();
        Set<String> others = new TreeSet<>(source.files().keySet());
        images.forEach(image -> others.remove(image.fileName()));
        this.leftOut = new LeftOut(List.copyOf(others));
        SortedMap<String, Set<ImageLoss>> lost = new TreeMap<>();
        for (int i = 0; i < facts.size(); i++) {
            lost.put(name(i), facts.get(i).losses());
        }
        this.losses = ImageLosses.of(lost);
    }

    /**
     * Opens a folder or zip and checks its images.
     *
     * @param limits what a file may cost
     * @throws IOException in one sentence, if there is no folder or zip, it holds no images, or one is unreadable
     */
    public static ImageFiles open(Path path, ImageLimits limits) throws IOException {
        ImageArchive source = ImageArchive.open(path);
        try {
            List<Checked> checked = Listing.pictures(source).entrySet().parallelStream()
                    .map(file -> checked(new FoundImage(file.getValue(), file.getKey(), "", "", file.getKey()), limits))
                    .toList();
            if (checked.isEmpty()) {
                throw new IOException(path + " holds no images; put PNG, JPEG, WebP, GIF or BMP files into it");
            }
            List<UnreadableImage> unreadable = checked.stream()
                    .filter(each -> each.facts().isEmpty())
                    .map(each -> new UnreadableImage(each.image().fileName(), each.reason()))
                    .toList();
            if (!unreadable.isEmpty()) {
                throw new IOException(ImageFolder.refusal(path, unreadable));
            }
            return new ImageFiles(source, limits, checked);
        } catch (IOException | RuntimeException e) {
            source.close();
            throw e;
        }
    }

    private static Checked checked(FoundImage image, ImageLimits limits) {
        try {
            return new Checked(image, Optional.of(ImageReader.facts(image.path(), limits)), "");
        } catch (IOException e) {
            return new Checked(image, Optional.empty(), String.valueOf(e.getMessage()));
        }
    }

    /** The number of images, at least 1. */
    public int count() {
        return images.size();
    }

    /** The name of an image's file relative to the folder or zip, with slashes. */
    public String name(int index) {
        return images.get(index).fileName();
    }

    /** The files of the folder or zip that are no part of the set: those that are no images of it. */
    public LeftOut leftOut() {
        return leftOut;
    }

    /** The images of which reading leaves something out, such as the later pictures of an animation. */
    public ImageLosses losses() {
        return losses;
    }

    /** The size of an image as its file's header has it, turned upright. */
    public ImageSize size(int index) {
        return sizes.get(index);
    }

    /**
     * The pixels of an image, upright, transparency on white.
     *
     * @throws IOException in one sentence, if the file cannot be decoded
     */
    public RgbImage read(int index) throws IOException {
        return ImageReader.read(images.get(index).path(), limits, Rgb.WHITE);
    }

    /** Closes the zip, if it is one. */
    @Override
    public void close() throws IOException {
        source.close();
    }
}
