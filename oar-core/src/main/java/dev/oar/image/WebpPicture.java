package dev.oar.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The pixels of the first picture of a WebP file (RFC 9649). */
final class WebpPicture {
    private static final int COMPRESSED = 1;
    private static final int VP8L_SIGNATURE = 0x2F;
    private static final int VP8L_HEADER = 5;
    private static final int LEFT = 1;
    private static final int ABOVE = 2;
    private static final int GRADIENT = 3;

    private final byte[] file;
    private final WebpHeader.Picture picture;

    private WebpPicture(byte[] file, WebpHeader.Picture picture) {
        this.file = file;
        this.picture = picture;
    }

    /**
     * Decodes it.
     *
     * @throws IOException with the decoder's reason
     */
    static RgbaImage decode(byte[] file) throws IOException {
        WebpHeader.Picture first =
                WebpHeader.read(ByteSource.of(file).inOrder(false)).picture();
        return new WebpPicture(file, first).decode();
    }

    private RgbaImage decode() throws IOException {
        if (picture.lossless()) {
            return lossless(part(picture.start(), picture.length()));
        }
        RgbaImage colours = Vp8Decoder.decode(file, (int) picture.start(), (int) picture.length());
        if (picture.alphaLength() > 0) {
            byte[] alpha = alpha(part(picture.alphaStart(), picture.alphaLength()));
            for (int i = 0; i < alpha.length; i++) {
                colours.rgba()[4 * i + 3] = alpha[i];
            }
        }
        return colours;
    }

    private byte[] part(long start, long length) {
        return Arrays.copyOfRange(file, (int) start, (int) (start + length));
    }

    /** The transparency of a lossy picture: a byte of settings, then values as they are or as the green of a lossless picture. */
    private byte[] alpha(byte[] part) throws IOException {
        int pixels = picture.width() * picture.height();
        byte[] alpha;
        if ((part[0] & 3) == COMPRESSED) {
            RgbaImage greens = lossless(withHeader(part));
            alpha = new byte[pixels];
            for (int i = 0; i < pixels; i++) {
                alpha[i] = greens.rgba()[4 * i + 1];
            }
        } else if (part.length - 1 < pixels) {
            throw new IOException("the transparency ends early");
        } else {
            alpha = Arrays.copyOfRange(part, 1, 1 + pixels);
        }
        unfilter(alpha, part[0] >> 2 & 3);
        return alpha;
    }

    private byte[] withHeader(byte[] part) {
        return ByteBuffer.allocate(VP8L_HEADER + part.length - 1)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) VP8L_SIGNATURE)
                .putInt(picture.width() - 1 | picture.height() - 1 << 14)
                .put(part, 1, part.length - 1)
                .array();
    }

    private void unfilter(byte[] alpha, int filter) {
        int width = picture.width();
        for (int i = 1; filter != 0 && i < alpha.length; i++) {
            int left = i % width > 0 ? alpha[i - 1] & 255 : alpha[i - width] & 255;
            int above = i >= width ? alpha[i - width] & 255 : left;
            boolean inside = i % width > 0 && i >= width;
            int predicted = switch (filter) {
                case LEFT -> left;
                case ABOVE -> above;
                case GRADIENT -> inside ? Vp8Plane.clip(left + above - (alpha[i - width - 1] & 255)) : left;
                default -> throw new IllegalStateException("a filter has two bits");
            };
            alpha[i] += (byte) predicted;
        }
    }

    private static RgbaImage lossless(byte[] vp8l) throws IOException {
        ByteBuffer alone =
                ByteBuffer.allocate(20 + vp8l.length + (vp8l.length & 1)).order(ByteOrder.LITTLE_ENDIAN);
        alone.put("RIFF".getBytes(StandardCharsets.US_ASCII)).putInt(alone.capacity() - 8);
        alone.put("WEBPVP8L".getBytes(StandardCharsets.US_ASCII))
                .putInt(vp8l.length)
                .put(vp8l);
        ImageReader reader = new WebPImageReaderSpi().createReaderInstance();
        try (MemoryCacheImageInputStream stream =
                new MemoryCacheImageInputStream(new ByteArrayInputStream(alone.array()))) {
            reader.setInput(stream, true, true);
            return RgbaPixels.of(reader.read(0), ImageHeader.NONE);
        } finally {
            reader.dispose();
        }
    }
}
