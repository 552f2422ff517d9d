package dev.oar.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HubReferenceTests {
    @ParameterizedTest
    @CsvSource({
        "hf://owner/repo/model.safetensors, owner, repo, main, model.safetensors",
        "hf://Owner_1/r.e-p_o/a/b c/d@e#f?g%20.bin, Owner_1, r.e-p_o, main, a/b c/d@e#f?g%20.bin",
        "hf://owner/repo@v1.0/vq.pt, owner, repo, v1.0, vq.pt",
        "hf://owner/repo@refs%2Fpr%2F1/x/y, owner, repo, refs/pr/1, x/y",
    })
    void aReferenceIsReadAndWrittenInOneForm(String text, String owner, String repo, String revision, String path) {
        HubReference reference = HubReference.parse(text);
        assertThat(reference).isEqualTo(new HubReference(owner, repo, revision, path));
        assertThat(reference).hasToString(text);
    }

    @Test
    void branchMainNeedNotBeNamed() {
        assertThat(HubReference.parse("hf://owner/repo@main/x")).hasToString("hf://owner/repo/x");
        assertThat(HubReference.parse("HF://owner/repo/x").revision()).isEqualTo("main");
    }

    @Test
    void onlyAFullCommitIsPinned() {
        assertThat(HubReference.parse("hf://o/r@" + LocalHub.COMMIT + "/x").pinned())
                .isTrue();
        assertThat(HubReference.parse("hf://o/r@0123abc/x").pinned()).isFalse();
        assertThat(HubReference.parse("hf://o/r/x").pinned()).isFalse();
    }

    @Test
    void pathsOfTheDiskAreNoReferences() {
        assertThat(HubReference.isReference("hf://o/r/x")).isTrue();
        assertThat(HubReference.isReference("hf/o/r/x")).isFalse();
        assertThat(HubReference.isReference("/models/x.safetensors")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "owner/repo/x",
                "https://huggingface.co/owner/repo/x",
                "hf://",
                "hf://owner",
                "hf://owner/repo",
                "hf://owner/repo/",
                "hf:///repo/x",
                "hf://owner//x",
                "hf://../repo/x",
                "hf://owner/../x",
                "hf://.owner/repo/x",
                "hf://owner/repo./x",
                "hf://ow--ner/repo/x",
                "hf://owner/re..po/x",
                "hf://ow ner/repo/x",
                "hf://datasets/owner/repo/x",
                "hf://owner/repo/../x",
                "hf://owner/repo/a/../../x",
                "hf://owner/repo/./x",
                "hf://owner/repo/a//x",
                "hf://owner/repo/a/",
                "hf://owner/repo/..\\x",
                "hf://owner/repo/c:x",
                "hf://owner/repo/a\nb",
                "hf://owner/repo@/x",
                "hf://owner/repo@../x",
                "hf://owner/repo@a%2F..%2F..%2Fb/x",
                "hf://owner/repo@%2Fa/x",
                "hf://owner/repo@a%2F/x",
                "hf://owner/repo@a%20b/x",
                "hf://owner/repo@.hidden/x",
                "hf://owner/repo@a@b/x"
            })
    void whatBreaksTheGrammarOrLeavesItsFolderIsRefused(String text) {
        assertThatThrownBy(() -> HubReference.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hf://OWNER/REPO/PATH")
                .hasMessageNotContaining("\n");
    }

    @Test
    void partsHaveALongestLength() {
        String longest = "a".repeat(255);
        assertThat(new HubReference("o", "r", longest, longest).path()).hasSize(255);
        assertThatThrownBy(() -> new HubReference("o", "r", "a" + longest)).hasMessageContaining("has 256");
        assertThatThrownBy(() -> new HubReference("o", "r", "a" + longest, "x")).hasMessageContaining("revision");
        assertThatThrownBy(() -> new HubReference("a".repeat(97), "r", "x")).hasMessageContaining("owner");
    }
}
