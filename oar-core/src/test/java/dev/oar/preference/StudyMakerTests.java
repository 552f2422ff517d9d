package dev.oar.preference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.data.ImageSet;
import dev.oar.file.AtomicFile;
import dev.oar.image.PngFile;
import dev.oar.image.RgbImage;
import dev.oar.preference.PreferenceProtocol.ComparedArm;
import dev.oar.preference.PreferenceProtocol.PlannedPower;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are paired by what they were drawn from or by name, or refused in a sentence. */
class StudyMakerTests {
    @TempDir
    private Path folder;

    private ArmFolder arm(String name, Path images) throws IOException {
        return ArmFolder.open(new ComparedArm(name, images.toString()), images, OptionalInt.empty());
    }

    @Test
    void drawnImagesArePairedByTheirSettingsWhateverTheirNames() throws IOException {
        Path a = PreferenceFixture.drawn(folder.resolve("a"), "a", 4);
        Path b = PreferenceFixture.drawn(folder.resolve("b"), "b", 6);
        Files.move(b.resolve("5-1.png"), b.resolve("other.png"));
        List<MatchKey> matches = ArmFolder.matches(List.of(arm("a", a), arm("b", b)), true);
        assertThat(matches.stream().map(MatchKey::origin))
                .containsExactly("seed 5, index 0", "seed 5, index 1", "seed 5, index 2", "seed 5, index 3");
        assertThat(matches.stream().map(MatchKey::subject)).containsExactly("cats", "dogs", "cats", "dogs");
    }

    @Test
    void otherImagesArePairedByName() throws IOException {
        Path a = PreferenceFixture.plain(folder.resolve("a"), "a", 3);
        Path b = PreferenceFixture.plain(folder.resolve("b"), "b", 2);
        List<MatchKey> matches = ArmFolder.matches(List.of(arm("a", a), arm("b", b)), false);
        assertThat(matches.stream().map(MatchKey::origin)).containsExactly("birds/0", "birds/1");
        assertThat(matches.get(0).subject()).isEqualTo("birds");
        assertThatThrownBy(() -> ArmFolder.matches(List.of(arm("a", a)), true))
                .hasMessageContaining("not every image of " + a);
    }

    @Test
    void whatCannotBePairedIsRefusedInASentence() throws IOException {
        Path a = PreferenceFixture.drawn(folder.resolve("a"), "a", 3);
        Path b = PreferenceFixture.plain(folder.resolve("b"), "b", 3);
        assertThatThrownBy(() -> ArmFolder.matches(List.of(arm("a", a), arm("b", b)), false))
                .hasMessageContaining("paired by the names of their files, but")
                .hasMessageContaining("share none");
        Files.copy(a.resolve("5-0.png"), a.resolve("copy.png"));
        assertThatThrownBy(() -> arm("a", a)).hasMessageContaining("cats seed 5, index 0");
    }

    @Test
    void whatATraceOfTheArmWouldBeIsRefused() throws IOException {
        ArmFolder a = arm("a", PreferenceFixture.plain(folder.resolve("a"), "a", 3));
        Path larger = folder.resolve("larger/birds/0.png");
        AtomicFile.write(larger, PngFile.encode(new RgbImage(5, 4, new byte[60])));
        ArmFolder b = arm("b", folder.resolve("larger"));
        assertThatThrownBy(() -> make(List.of(a, b), 0)).hasMessageContaining("size would tell an arm");
        ArmFolder same = arm("c", PreferenceFixture.plain(folder.resolve("same"), "a", 3));
        assertThatThrownBy(() -> make(List.of(a, same), 0)).hasMessageContaining("equal to the pixel");
        assertThat(folder.resolve("study").resolve(StudyFiles.PROTOCOL)).doesNotExist();
    }

    @Test
    void catchTrialsNeedAsManyRealImagesAndAStudyTakesThePlaceOfNoOther() throws IOException {
        ArmFolder a = arm("a", PreferenceFixture.plain(folder.resolve("a"), "a", 30));
        ArmFolder b = arm("b", PreferenceFixture.plain(folder.resolve("b"), "b", 30));
        assertThatThrownBy(() -> make(List.of(a, b), 0.5)).hasMessageContaining("0 real images for 15");
        PreferenceProtocol protocol = make(List.of(a, b), 0);
        assertThat(protocol.catchTrials().perRater()).isZero();
        assertThat(StudyFiles.read(folder.resolve("study")).protocol()).isEqualTo(protocol);
        assertThatThrownBy(() -> make(List.of(a, b), 0)).hasMessageContaining("takes the place of no other");
    }

    private PreferenceProtocol make(List<ArmFolder> arms, double catchShare) throws IOException {
        return StudyMaker.make(
                folder.resolve("study"),
                PreferenceFixture.plan(2, catchShare),
                arms,
                ArmFolder.matches(arms, false),
                Optional.<ImageSet>empty(),
                (activity, done, total) -> {});
    }

    @Test
    void thePlanSaysWhatItCanTell() {
        // 108 votes by one rater are independent: power 82 % at 64 %.
        PlannedPower alone = PlannedPower.of(0.64, 0.2, 2, 108, 1, 108);
        assertThat(alone).isEqualTo(new PlannedPower(0.64, 0.2, 108, 108, 0.8232));
        // Five votes on a pair are worth 5 / 1.8.
        PlannedPower five = PlannedPower.of(0.64, 0.2, 2, 108, 5, 108);
        assertThat(five.votes()).isEqualTo(540);
        assertThat(five.independentVotes()).isEqualTo(300);
        // Three arms: three kinds of pairs share the votes and the error.
        PlannedPower three = PlannedPower.of(0.64, 0.2, 3, 70, 1, 210);
        assertThat(three.votes()).isEqualTo(70);
        assertThat(three.power()).isEqualTo(0.4354);
    }

    @Test
    void matchesAreChosenAtRandomBySeed() throws IOException {
        List<MatchKey> all =
                ArmFolder.matches(List.of(arm("a", PreferenceFixture.drawn(folder.resolve("a"), "a", 9))), true);
        List<MatchKey> some = StudyMaker.chosen(all, 4, 1);
        assertThat(some).hasSize(4).doesNotHaveDuplicates().isSubsetOf(all).isEqualTo(StudyMaker.chosen(all, 4, 1));
        assertThat(some).isNotEqualTo(StudyMaker.chosen(all, 4, 2));
        assertThatThrownBy(() -> StudyMaker.chosen(all, 10, 1)).hasMessageContaining("1 .. 9");
    }

    @Test
    void filesOfOneSizeInPixelsAreOfOneSizeInBytes() {
        byte[] flat = PngFile.encodeUncompressed(new RgbImage(33, 17, new byte[33 * 17 * 3]));
        byte[] random = new byte[33 * 17 * 3];
        new Random(1).nextBytes(random);
        assertThat(PngFile.encodeUncompressed(new RgbImage(33, 17, random))).hasSameSizeAs(flat);
    }
}
