package dev.oar.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import dev.oar.job.JobLimits;
import dev.oar.testing.NativeMemory;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What axe finds on the page, state by state. */
@ExtendWith(NativeMemory.class)
class WebPageAccessibilityTests extends BrowserTests {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource(Chromium.Screen.class)
    void axeFindsNothingInAnyStateOfThePage(Chromium.Screen screen) throws Exception {
        try (LiveServer server = LiveServer.start(folder.resolve("model"));
                Chromium.Tab tab = open(server, screen)) {
            Page page = tab.page();
            check(page, "the start");
            page.locator("#more summary").click();
            page.locator("#compare summary").click();
            page.locator("[name=compare-by][value=orders]").check();
            tab.draw();
            page.locator("[name=overlay][value=ranks]").check();
            page.locator("#table summary").click();
            check(page, "a comparison");
            page.locator("[name=compare-by][value=off]").check();
            page.locator("#change").click();
            tab.press("Space");
            check(page, "a mask");
            page.locator("[name=kind][value=outpaint]").check();
            check(page, "margins");
            page.locator("#draw").click();
            page.locator("#alerts p").waitFor();
            check(page, "a refusal");
            assertThat((Integer) page.evaluate("() => document.documentElement.scrollWidth"))
                    .as("nothing stands out at the side")
                    .isLessThanOrEqualTo(page.viewportSize().width);
        }
    }

    @Test
    void axeFindsNothingInTheQuestionForTheToken() throws Exception {
        ServerSettings settings = ServerSettings.loopback(0).withToken("a token of some length");
        try (LiveServer server = LiveServer.start(folder.resolve("model"), settings, JobLimits.DEFAULT);
                Chromium.Tab tab = chromium().open(server, Chromium.Screen.DARK_PHONE)) {
            tab.page().locator("#token").waitFor();
            check(tab.page(), "the question");
        }
    }

    private static void check(Page page, String state) {
        List<String> found = new AxeBuilder(page)
                .analyze().getViolations().stream()
                        .map(WebPageAccessibilityTests::told)
                        .toList();
        assertThat(found).as("in %s", state).isEmpty();
    }

    private static String told(Rule rule) {
        return rule.getImpact() + " " + rule.getId() + ": " + rule.getHelp() + " "
                + rule.getNodes().stream().map(node -> node.getHtml()).toList();
    }
}
