package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Page;
import dev.oar.preference.PreferenceStudy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page of a study in the system's Chromium. */
class VotePageTests extends BrowserTests {
    private static final int PAIRS = 5;
    private static final String CODE = TinyStudy.codes().get(0);

    @TempDir
    private Path folder;

    private Path study() throws IOException {
        return TinyStudy.make(folder, PAIRS, TinyStudy.codes());
    }

    private static StudyServer serve(Path study) throws IOException {
        return StudyServer.start(ServerSettings.loopback(0), PreferenceStudy.open(study));
    }

    private static Chromium.Tab open(StudyServer server, Chromium.Screen screen) {
        return chromium().open(URI.create("http://127.0.0.1:" + server.port() + "/"), screen);
    }

    private static Chromium.Tab enter(Chromium.Tab tab) {
        tab.page().locator("#code:focus").waitFor();
        tab.page().keyboard().type(CODE);
        return tab.press("Enter");
    }

    private static void awaitDone(Page page, int done) {
        page.locator("#count:has-text('" + done + " of " + PAIRS + " done')").waitFor();
    }

    @Test
    void aStudyIsVotedThroughByTheKeyboardAloneAndEveryVoteIsKept() throws Exception {
        Path study = study();
        try (StudyServer server = serve(study);
                Chromium.Tab tab = open(server, Chromium.Screen.LIGHT)) {
            Page page = tab.page();
            enter(tab);
            awaitDone(page, 0);
            int done = 0;
            for (String key : List.of("ArrowLeft", "ArrowRight", "ArrowDown")) {
                tab.press(key);
                done++;
                awaitDone(page, done);
            }
            tab.press("Backspace");
            awaitDone(page, 2);
            page.reload();
            awaitDone(page, 2);
            for (String key : List.of("ArrowRight", "ArrowLeft", "ArrowDown")) {
                tab.press(key);
                done++;
                awaitDone(page, done - 1);
            }
            page.locator("#over").waitFor();
        }
        assertThat(choices(study)).containsExactly("left", "right", "tie", "undo", "right", "left", "tie");
        try (PreferenceStudy again = PreferenceStudy.open(study)) {
            assertThat(again.progress(CODE).complete()).isTrue();
        }
    }

    /** What the lines of the votes file say, without the header. */
    private static List<String> choices(Path study) throws IOException {
        return Files.readAllLines(study.resolve("votes.jsonl")).stream()
                .skip(1)
                .map(line -> LiveServer.JSON.readTree(line.substring(line.indexOf(' ') + 1)))
                .map(json -> json.hasNonNull("choice") ? json.get("choice").asString() : "undo")
                .toList();
    }

    @Test
    void nothingThatThePageIsToldNamesAnArm() throws Exception {
        try (StudyServer server = serve(study());
                Chromium.Tab tab = open(server, Chromium.Screen.LIGHT)) {
            List<String> told = new ArrayList<>();
            tab.page().onResponse(response -> told.add(response.url()));
            enter(tab);
            awaitDone(tab.page(), 0);
            tab.press("ArrowLeft");
            awaitDone(tab.page(), 1);
            assertThat(told).isNotEmpty().noneMatch(url -> url.contains("first") || url.contains("second"));
            assertThat(tab.page().content()).doesNotContain("first", "second");
        }
    }

    @Test
    void anUnknownCodeIsRefusedAndAskedForAgain() throws Exception {
        try (StudyServer server = serve(study());
                Chromium.Tab tab = open(server, Chromium.Screen.LIGHT)) {
            Page page = tab.page();
            page.locator("#code:focus").waitFor();
            page.keyboard().type("nobody");
            tab.press("Enter");
            page.locator("#alerts:has-text('none; check the code')").waitFor();
            page.fill("#code", "");
            enter(tab);
            awaitDone(page, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(Chromium.Screen.class)
    void axeFindsNothingOnThePage(Chromium.Screen screen) throws Exception {
        try (StudyServer server = serve(study());
                Chromium.Tab tab = open(server, screen)) {
            Page page = tab.page();
            page.locator("#code").waitFor();
            assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
            enter(tab);
            for (int done = 0; done < PAIRS; done++) {
                awaitDone(page, done);
                if (done == 1) {
                    assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
                }
                tab.press("ArrowDown");
            }
            page.locator("#over").waitFor();
            assertThat(new AxeBuilder(page).analyze().getViolations()).isEmpty();
        }
    }
}
