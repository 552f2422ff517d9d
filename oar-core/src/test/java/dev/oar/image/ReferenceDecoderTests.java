package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pixels against those of libjpeg-turbo's {@code djpeg} and libwebp's {@code dwebp}; skipped where these commands are not installed
 * (Debian: {@code libjpeg-turbo-progs}, {@code webp}).
 */
class ReferenceDecoderTests {
    /**
     * How far JPEG pixels may lie apart. Transform, upsampling and colours are whole-number arithmetic that libjpeg defines bit by bit,
     * and a Java runtime decodes by a libjpeg of its own or of the system, so that none is expected; one level is a rounding.
     */
    private static final int JPEG_LEVELS = 1;

    private static final int SEED = 9;

    @TempDir
    Path folder;

    static Stream<Arguments> jpegOptions() {
        return Stream.of(
                        "-sample 1x1",
                        "-sample 2x1",
                        "-sample 2x2",
                        "-quality 30 -sample 2x2",
                        "-progressive",
                        "-restart 1",
                        "-grayscale",
                        "-rgb",
                        "-optimize -quality 95")
                .map(options -> Arguments.of(options));
    }

    @ParameterizedTest
    @MethodSource("jpegOptions")
    void jpegPixelsAreThoseOfLibjpeg(String options) throws IOException, InterruptedException {
        require("cjpeg", "djpeg");
        Path ppm = ppm();
        Path jpeg = folder.resolve("picture.jpg");
        List<String> command = new ArrayList<>(List.of("cjpeg"));
        command.addAll(List.of(options.split(" ")));
        run(command, "-outfile", jpeg.toString(), ppm.toString());

        compareWithDjpeg(options, jpeg, JPEG_LEVELS);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 2})
    void inksBecomeTheColoursOfLibjpeg(int adobe) throws IOException, InterruptedException {
        require("djpeg");
        for (int[] values : new int[][] {{200, 100, 50, 255}, {30, 160, 90, 128}, {76, 85, 255, 200}, {9, 9, 9, 9}}) {
            byte[] plain = JpegFiles.fourComponents(values);
            Path jpeg = Files.write(folder.resolve("inks.jpg"), adobe < 0 ? plain : JpegFiles.withAdobe(plain, adobe));
            compareWithDjpeg("inks " + Arrays.toString(values) + ", Adobe " + adobe, jpeg, JPEG_LEVELS);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void coloursWithoutASegmentThatNamesThemAreThoseOfLibjpeg(boolean subSampled)
            throws IOException, InterruptedException {
        require("djpeg");
        RgbImage picture = picture(64, 48);
        byte[] named = subSampled ? Pictures.encoded(picture, "jpg") : JpegFiles.fullColour(picture);
        Path jpeg = Files.write(folder.resolve("unnamed.jpg"), JpegFiles.withoutApplications(named));

        compareWithDjpeg("no segment, sub-sampled " + subSampled, jpeg, JPEG_LEVELS);
    }

    @ParameterizedTest
    @CsvSource({
        "-q 5",
        "-q 30",
        "-q 60 -sharpness 5",
        "-q 95",
        "-q 40 -nostrong -f 60",
        "-q 40 -f 0",
        "-q 40 -segments 1",
        "-q 40 -alpha_filter none",
        "-q 40 -alpha_filter best",
        "-q 40 -alpha_method 0",
        "-lossless -exact",
        "-q 50 -crop 3 3 33 2",
        "-q 50 -crop 3 3 2 17",
        "-q 50 -crop 3 3 1 1",
        "-q 50 -crop 0 0 32 32"
    })
    void webpPixelsAreExactlyThoseOfLibwebp(String options) throws IOException, InterruptedException {
        require("cwebp", "dwebp");
        for (boolean transparent : new boolean[] {false, true}) {
            Path png = Files.write(folder.resolve("picture.png"), transparent ? faded() : opaque());
            Path webp = folder.resolve("picture.webp");
            List<String> command = new ArrayList<>(List.of("cwebp", "-quiet"));
            command.addAll(List.of(options.split(" ")));
            run(command, png.toString(), "-o", webp.toString());
            Path reference = folder.resolve("reference.png");
            run(List.of("dwebp", "-quiet"), webp.toString(), "-o", reference.toString());

            compare(
                    "dwebp, cwebp " + options + ", transparent " + transparent,
                    ImageReader.readWithAlpha(webp, ImageLimits.DEFAULT).rgba(),
                    ImageReader.readWithAlpha(reference, ImageLimits.DEFAULT).rgba(),
                    0);
        }
    }

    private static byte[] opaque() {
        return PngFile.encode(picture(97, 61));
    }

    private static byte[] faded() {
        RgbaImage image = RgbaImage.opaque(picture(97, 61));
        for (int i = 0; i < image.rgba().length / 4; i++) {
            image.rgba()[4 * i + 3] = (byte) Math.max(0, Math.min(255, 3 * (i % 97) - 20));
        }
        return PngFile.encode(image, Map.of());
    }

    private void compareWithDjpeg(String what, Path jpeg, int levels) throws IOException, InterruptedException {
        Path reference = folder.resolve("reference.ppm");
        run(List.of("djpeg", "-pnm"), "-outfile", reference.toString(), jpeg.toString());
        compare(
                "djpeg, " + what,
                ImageReader.read(jpeg, ImageLimits.DEFAULT, Rgb.WHITE).rgb(),
                pnm(Files.readAllBytes(reference)),
                levels);
    }

    /** Prints and holds the difference. */
    private static void compare(String what, byte[] read, byte[] reference, int levels) {
        assertThat(read).hasSameSizeAs(reference);
        int largest = 0;
        long sum = 0;
        for (int i = 0; i < read.length; i++) {
            int difference = Math.abs((read[i] & 255) - (reference[i] & 255));
            largest = Math.max(largest, difference);
            sum += difference;
        }
        System.out.printf("%s: largest difference %d, mean %.5f%n", what, largest, sum / (double) read.length);
        assertThat(largest).as("%s, seed %s", what, SEED).isLessThanOrEqualTo(levels);
    }

    /** Waves, a chequered pattern with noise and a disc with a hard edge: something for every part of a decoder. */
    private static RgbImage picture(int width, int height) {
        byte[] noise = Pictures.noise(width, height, SEED).rgb();
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < width * height; i++) {
            int x = i % width;
            int y = i / width;
            boolean disc = (x - 50) * (x - 50) + (y - 30) * (y - 30) < 300;
            rgb[3 * i] = (byte) (disc ? 250 : 127 + 120 * Math.sin(0.13 * x + 0.05 * y));
            rgb[3 * i + 1] = (byte) (disc ? 10 : 127 + 120 * Math.cos(0.21 * y));
            rgb[3 * i + 2] = (byte) (disc ? 20 : (x / 8 + y / 8) % 2 * 200 + (noise[3 * i] & 31));
        }
        return new RgbImage(width, height, rgb);
    }

    private Path ppm() throws IOException {
        RgbImage picture = picture(97, 61);
        byte[] header = "P6\n97 61\n255\n".getBytes(StandardCharsets.US_ASCII);
        byte[] file = Arrays.copyOf(header, header.length + picture.rgb().length);
        System.arraycopy(picture.rgb(), 0, file, header.length, picture.rgb().length);
        return Files.write(folder.resolve("picture.ppm"), file);
    }

    /** The pixels of a PPM or PGM file, as RGB. */
    private static byte[] pnm(byte[] file) {
        int position = 0;
        for (int lines = 0; lines < 3; position++) {
            lines += file[position] == '\n' ? 1 : 0;
        }
        byte[] pixels = Arrays.copyOfRange(file, position, file.length);
        if (file[1] == '6') {
            return pixels;
        }
        byte[] rgb = new byte[pixels.length * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = pixels[i / 3];
        }
        return rgb;
    }

    private static void require(String... commands) {
        for (String command : commands) {
            boolean there = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(place -> Files.isExecutable(Path.of(place, command)));
            if (!there) {
                System.out.println("skipped: there is no " + command + " on the PATH to compare with");
            }
            assumeTrue(there, "there is no " + command + " on the PATH to compare with");
        }
    }

    private static void run(List<String> command, String... more) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s: %s", all, output).isZero();
    }
}
