package dev.oar.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * The pixels of the first picture of a file whose header has been read, on the canvas that the file claims.
 *
 * <p>Of the decoders that a runtime offers, its own are taken, whatever else has been registered: the same file gives the same pixels.
 */
final class ImageDecoder {
    private static final String OWN = "com.sun.imageio.";

    /** What the decoder of JPEG says of a scan that ends before its pixels do and that it fills with grey. */
    private static final String ENDS_EARLY = "premature end";

    private final byte[] file;
    private final ImageHeader header;
    private final ImageLimits limits;

    ImageDecoder(byte[] file, ImageHeader header, ImageLimits limits) {
        this.file = file;
        this.header = header;
        this.limits = limits;
    }

    /**
     * Decodes the file.
     *
     * @throws IOException with the decoder's reason
     */
    RgbaImage decode() throws IOException {
        RgbaImage picture = switch (header.format()) {
            case JPEG -> jpeg();
            case WEBP -> WebpPicture.decode(file);
            case NPY -> NpyHeader.decode(file);
            case PNG, BMP, GIF -> RgbaPixels.of(with(reader -> reader.read(0), file), header.transparentGrey());
        };
        boolean fills = picture.width() == header.width() && picture.height() == header.height();
        return fills ? picture : placed(picture);
    }

    private RgbaImage jpeg() throws IOException {
        JpegHeader jpeg = JpegHeader.read(ByteSource.of(file));
        byte[] plain = PlainJpeg.of(file, jpeg);
        return jpeg.components() == 4
                ? JpegInks.toRgb(with(reader -> reader.readRaster(0, null), plain), jpeg.codesChroma())
                : RgbaPixels.of(with(reader -> reader.read(0), plain), ImageHeader.NONE);
    }

    private RgbaImage placed(RgbaImage picture) {
        int width = Math.toIntExact(header.width());
        byte[] canvas = new byte[Math.toIntExact(header.width() * header.height() * 4)];
        for (int y = 0; y < picture.height(); y++) {
            System.arraycopy(
                    picture.rgba(),
                    y * picture.width() * 4,
                    canvas,
                    ((header.top() + y) * width + header.left()) * 4,
                    picture.width() * 4);
        }
        return new RgbaImage(width, Math.toIntExact(header.height()), canvas);
    }

    /** What to ask of a decoder. */
    private interface Asked<T> {
        T of(ImageReader reader) throws IOException;
    }

    private <T> T with(Asked<T> asked, byte[] bytes) throws IOException {
        ImageReader reader = reader();
        List<String> warnings = new ArrayList<>();
        try (MemoryCacheImageInputStream stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
            reader.setInput(stream, true, true);
            reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
            // The decoder may understand a damaged header in another way than this package does.
            limits.requirePixels(reader.getWidth(0), reader.getHeight(0));
            T result = asked.of(reader);
            for (String warning : warnings) {
                if (warning.toLowerCase(Locale.ROOT).contains(ENDS_EARLY)) {
                    throw new IOException(warning);
                }
            }
            return result;
        } finally {
            reader.dispose();
        }
    }

    private ImageReader reader() throws IOException {
        Iterator<ImageReader> readers =
                ImageIO.getImageReadersByFormatName(header.format().name());
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            if (reader.getClass().getName().startsWith(OWN)) {
                return reader;
            }
            reader.dispose();
        }
        throw new IOException("this Java runtime has no reader for "
                + header.format().label() + " images; use a runtime with the module java.desktop");
    }
}
