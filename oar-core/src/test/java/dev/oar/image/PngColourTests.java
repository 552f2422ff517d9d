package dev.oar.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.order.CounterRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What PNG files of every colour type, depth and transparency mean, pixel by pixel. */
class PngColourTests {
    private static final int WIDTH = 19;
    private static final int HEIGHT = 11;
    private static final int SEED = 7;
    private static final int[][] TYPES = {
        {0, 1}, {0, 2}, {0, 4}, {0, 8}, {0, 16}, {2, 8}, {2, 16}, {3, 1}, {3, 2}, {3, 4}, {3, 8}, {4, 8}, {4, 16},
        {6, 8}, {6, 16}
    };

    @TempDir
    Path folder;

    static Stream<Arguments> files() {
        return Stream.of(TYPES)
                .flatMap(type -> Stream.of(false, true)
                        .flatMap(interlaced -> (type[0] < 4 ? Stream.of(false, true) : Stream.of(false))
                                .map(transparent -> Arguments.of(type[0], type[1], interlaced, transparent))));
    }

    @ParameterizedTest(name = "colour type {0}, {1} bits, interlaced {2}, tRNS {3}")
    @MethodSource("files")
    void everyKindOfFileGivesThePixelsOfTheStandard(int colourType, int depth, boolean interlaced, boolean transparent)
            throws IOException {
        HandWrittenPng png = new HandWrittenPng(colourType, depth, interlaced);
        CounterRandom random = CounterRandom.of(SEED, "png");
        int[] samples = new int[WIDTH * HEIGHT * png.channels()];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = random.integer(png.largest() + 1, i);
        }
        // The transparent colour stands in the picture, and beside it one that differs in the lowest bit alone.
        for (int channel = 0; channel < png.channels(); channel++) {
            samples[png.channels() + channel] = samples[channel];
        }
        samples[png.channels()] ^= 1;
        byte[] palette = colourType == 3 ? bytes(random, 3 * (png.largest() + 1), 1000) : new byte[0];
        byte[] transparency = transparent ? transparency(png, samples, random) : new byte[0];

        Path file = Files.write(
                folder.resolve("image.png"),
                png.encode(
                        WIDTH,
                        HEIGHT,
                        (x, y, channel) -> samples[(y * WIDTH + x) * png.channels() + channel],
                        palette,
                        transparency));
        RgbaImage read = ImageReader.readWithAlpha(file, ImageLimits.DEFAULT);

        for (int pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
            int[] expected = expected(png, samples, pixel, palette, transparency);
            for (int channel = 0; channel < 4; channel++) {
                // The colour of a pixel of which nothing is seen is free.
                if (channel == 3 || expected[3] > 0) {
                    assertThat(read.rgba()[4 * pixel + channel] & 255)
                            .as("seed %s, pixel %s, channel %s", SEED, pixel, channel)
                            .isEqualTo(expected[channel]);
                }
            }
        }
    }

    private static byte[] transparency(HandWrittenPng png, int[] samples, CounterRandom random) {
        if (png.colourType() == 3) {
            // Entries that the chunk leaves out are opaque.
            return bytes(random, png.largest(), 5000);
        }
        ByteBuffer chunk = ByteBuffer.allocate(2 * png.channels());
        for (int channel = 0; channel < png.channels(); channel++) {
            chunk.putShort((short) samples[channel]);
        }
        return chunk.array();
    }

    private static int[] expected(HandWrittenPng png, int[] samples, int pixel, byte[] palette, byte[] transparency) {
        int first = pixel * png.channels();
        int index = samples[first];
        if (png.colourType() == 3) {
            int alpha = index < transparency.length ? transparency[index] & 255 : 255;
            return new int[] {
                palette[3 * index] & 255, palette[3 * index + 1] & 255, palette[3 * index + 2] & 255, alpha
            };
        }
        boolean grey = png.colourType() == 0 || png.colourType() == 4;
        int[] rgba = new int[4];
        for (int channel = 0; channel < 3; channel++) {
            rgba[channel] = eightBits(png, samples[first + (grey ? 0 : channel)]);
        }
        rgba[3] = png.colourType() >= 4 ? eightBits(png, samples[first + png.channels() - 1]) : 255;
        if (transparency.length > 0) {
            boolean hidden = true;
            for (int channel = 0; channel < png.channels(); channel++) {
                hidden &= samples[first + channel] == samples[channel];
            }
            rgba[3] = hidden ? 0 : 255;
        }
        return rgba;
    }

    private static int eightBits(HandWrittenPng png, int value) {
        return (int) Math.round(value * 255.0 / png.largest());
    }

    private static byte[] bytes(CounterRandom random, int count, int first) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) random.integer(256, first + i);
        }
        return bytes;
    }
}
