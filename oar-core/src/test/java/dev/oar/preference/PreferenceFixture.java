package dev.oar.preference;

import dev.oar.data.ImageSet;
import dev.oar.file.AtomicFile;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.preference.PreferenceProtocol.ComparedArm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Small studies of pictures of 4 x 4 pixels. */
final class PreferenceFixture {
    static final int REAL = 6;

    private PreferenceFixture() {}

    /** A picture of random pixels. */
    static RgbImage picture(long seed, String what) {
        CounterRandom random = CounterRandom.of(seed, what);
        byte[] rgb = new byte[4 * 4 * 3];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) random.bits(i);
        }
        return new RgbImage(4, 4, rgb);
    }

    /** A folder of one arm's pictures, whose PNGs tell class, seed, index, model and arm. */
    static Path drawn(Path folder, String arm, int count) throws IOException {
        for (int index = 0; index < count; index++) {
            String text = "{\"class\": \"" + (index % 2 == 0 ? "cats" : "dogs") + "\", \"seed\": \"5\", \"index\": \""
                    + index + "\", \"model\": \"secret\", \"arm\": \"" + arm + "\"}";
            AtomicFile.write(
                    folder.resolve("5-" + index + ".png"),
                    PngFile.encode(picture(index, arm), Map.of(PngFile.OAR, text, PngFile.PARAMETERS, "arm: " + arm)));
        }
        return folder;
    }

    /** A folder of pictures that tell nothing. */
    static Path plain(Path folder, String what, int count) throws IOException {
        for (int index = 0; index < count; index++) {
            AtomicFile.write(folder.resolve("birds/" + index + ".png"), PngFile.encode(picture(index, what), Map.of()));
        }
        return folder;
    }

    static StudyMaker.Plan plan(int raters, double catchShare) {
        return new StudyMaker.Plan(
                "Which image looks better?",
                11,
                PreferenceProtocol.codes(raters, 11),
                OptionalInt.empty(),
                catchShare,
                0.75,
                0.64,
                0.2,
                200);
    }

    /** A study of arms {@code a}, {@code b}, ... of as many matches, with a third of catch trials. */
    static Path study(Path folder, int arms, int matches, int raters) throws IOException {
        Path study = folder.resolve("study");
        List<ArmFolder> opened = new ArrayList<>();
        for (int arm = 0; arm < arms; arm++) {
            String name = String.valueOf((char) ('a' + arm));
            opened.add(ArmFolder.open(
                    new ComparedArm(name, "pictures of " + name),
                    drawn(folder.resolve(name), name, matches),
                    OptionalInt.empty()));
        }
        try (ImageSet real = ImageSet.open(plain(folder.resolve("real"), "real", REAL))) {
            StudyMaker.make(
                    study,
                    plan(raters, Math.min(1, (double) REAL / (matches * arms * (arms - 1) / 2))),
                    opened,
                    ArmFolder.matches(opened, true),
                    Optional.of(real),
                    (activity, done, total) -> {});
        }
        for (ArmFolder arm : opened) {
            arm.close();
        }
        return study;
    }
}
