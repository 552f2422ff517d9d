package dev.oar.image;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** JPEG files of kinds that cameras and editors write, made by the platform's writer and by hand. */
public final class JpegFiles {
    /** Behind the mark that begins a file. */
    private static final int START = 2;

    private JpegFiles() {}

    /** A colour file in which colour differences are not sub-sampled. */
    static byte[] fullColour(RgbImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        BufferedImage pixels = Pixels.toBuffered(image);
        ImageWriteParam best = best(writer);
        IIOMetadata metadata = writer.getDefaultImageMetadata(new ImageTypeSpecifier(pixels), best);
        Element tree = (Element) metadata.getAsTree(metadata.getNativeMetadataFormatName());
        NodeList components = tree.getElementsByTagName("componentSpec");
        for (int i = 0; i < components.getLength(); i++) {
            ((Element) components.item(i)).setAttribute("HsamplingFactor", "1");
            ((Element) components.item(i)).setAttribute("VsamplingFactor", "1");
        }
        metadata.setFromTree(metadata.getNativeMetadataFormatName(), tree);
        return written(writer, new IIOImage(pixels, null, metadata), best);
    }

    /** A file whose picture comes in several scans, coarse ones first. */
    static byte[] progressive(RgbImage image) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ImageWriteParam param = best(writer);
        param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        return written(writer, new IIOImage(Pixels.toBuffered(image), null, null), param);
    }

    /** A file of 16 x 16 pixels of four components, all with these values, without a segment that says what they are. */
    public static byte[] fourComponents(int... values) throws IOException {
        byte[] samples = new byte[16 * 16 * 4];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) values[i % 4];
        }
        Raster raster = Raster.createInterleavedRaster(
                new DataBufferByte(samples, samples.length), 16, 16, 64, 4, new int[] {0, 1, 2, 3}, null);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        return written(writer, new IIOImage(raster, null, null), best(writer));
    }

    /** Two blocks of 8 x 8, the second behind a restart marker: grey 153 and 128. */
    static byte[] withRestart() {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(bytes(0xFF, 0xD8));
        byte[] quantisers = new byte[65];
        Arrays.fill(quantisers, 1, 65, (byte) 1);
        segment(file, 0xDB, quantisers);
        segment(file, 0xC0, bytes(8, 0, 8, 0, 16, 1, 1, 0x11, 0));
        // First coefficients: code 0 for no difference, 10 for one of 8 bits. Others: code 0 for the end of the block.
        segment(file, 0xC4, bytes(0x00, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8));
        segment(file, 0xC4, bytes(0x10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
        segment(file, 0xDD, bytes(0, 1));
        segment(file, 0xDA, bytes(1, 1, 0, 0, 63, 0));
        file.writeBytes(bytes(0b10_110010, 0b00_0_11111, 0xFF, 0xD0, 0b0_0_111111, 0xFF, 0xD9));
        return file.toByteArray();
    }

    /** A file with one more segment at its beginning. */
    static byte[] with(byte[] jpeg, int marker, byte[] content) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, START);
        segment(file, marker, content);
        file.write(jpeg, START, jpeg.length - START);
        return file.toByteArray();
    }

    /** Adobe's segment with its code for colours. */
    public static byte[] withAdobe(byte[] jpeg, int transform) {
        byte[] content = new byte[12];
        System.arraycopy("Adobe".getBytes(StandardCharsets.US_ASCII), 0, content, 0, 5);
        content[6] = 100;
        content[11] = (byte) transform;
        return with(jpeg, 0xEE, content);
    }

    /** A file without its application segments. */
    static byte[] withoutApplications(byte[] jpeg) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, START);
        int position = START;
        while ((jpeg[position + 1] & 0xF0) == 0xE0) {
            position += 2 + ((jpeg[position + 2] & 255) << 8 | jpeg[position + 3] & 255);
        }
        file.write(jpeg, position, jpeg.length - position);
        return file.toByteArray();
    }

    /** Where the frame header begins. */
    static int frame(byte[] jpeg) {
        int position = START;
        while ((jpeg[position + 1] & 255) != 0xC0) {
            position += 2 + ((jpeg[position + 2] & 255) << 8 | jpeg[position + 3] & 255);
        }
        return position;
    }

    private static void segment(ByteArrayOutputStream file, int marker, byte[] content) {
        int length = content.length + 2;
        file.writeBytes(bytes(0xFF, marker, length >> 8, length));
        file.writeBytes(content);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static ImageWriteParam best(ImageWriter writer) {
        ImageWriteParam param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(1);
        return param;
    }

    private static byte[] written(ImageWriter writer, IIOImage image, ImageWriteParam param) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(output);
            writer.write(null, image, param);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
