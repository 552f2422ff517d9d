package dev.oar.server;

import dev.oar.file.AtomicFile;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.order.CounterRandom;
import dev.oar.preference.ArmFolder;
import dev.oar.preference.PreferenceProtocol;
import dev.oar.preference.PreferenceProtocol.ComparedArm;
import dev.oar.preference.StudyMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A study of two arms of random pictures. */
final class TinyStudy {
    private static final int SEED = 11;

    private TinyStudy() {}

    /** The codes of two raters. */
    static List<String> codes() {
        return PreferenceProtocol.codes(2, SEED);
    }

    /** Makes it in a folder; every rater sees so many pairs. */
    static Path make(Path folder, int pairs, List<String> raters) throws IOException {
        List<ArmFolder> arms = new ArrayList<>();
        for (String arm : List.of("first", "second")) {
            Path images = folder.resolve(arm);
            for (int index = 0; index < pairs; index++) {
                CounterRandom random = CounterRandom.of(index, arm);
                byte[] rgb = new byte[4 * 4 * 3];
                for (int i = 0; i < rgb.length; i++) {
                    rgb[i] = (byte) random.bits(i);
                }
                String text = "{\"class\": \"cats\", \"seed\": \"5\", \"index\": \"" + index + "\"}";
                AtomicFile.write(
                        images.resolve(index + ".png"),
                        PngFile.encode(new RgbImage(4, 4, rgb), Map.of(PngFile.OAR, text)));
            }
            arms.add(ArmFolder.open(new ComparedArm(arm, "pictures"), images, OptionalInt.empty()));
        }
        Path study = folder.resolve("study");
        StudyMaker.Plan plan = new StudyMaker.Plan(
                "Which image looks better?", SEED, raters, OptionalInt.empty(), 0, 0.75, 0.64, 0.2, 200);
        var unused = StudyMaker.make(
                study, plan, arms, ArmFolder.matches(arms, true), Optional.empty(), (activity, done, total) -> {});
        for (ArmFolder arm : arms) {
            arm.close();
        }
        return study;
    }
}
