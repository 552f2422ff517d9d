package dev.oar.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.oar.file.CorruptFileException;
import dev.oar.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class TextTokenizerTests {
    private static final Path CLIP_LIKE =
            Golden.resource("tokenizer-bpe-clip-like").folder();
    private static final JsonMapper JSON = new JsonMapper();

    /** Words of T5's kind: a character map that changes nothing, pieces with ▁ in front, an end mark behind. */
    private static final String UNIGRAM = """
            {"added_tokens": [{"id": 0, "content": "<pad>", "single_word": false, "lstrip": false, "rstrip": false,
              "normalized": false, "special": true}],
             "normalizer": {"type": "Precompiled", "precompiled_charsmap": "MAP"},
             "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true},
             "post_processor": {"type": "TemplateProcessing",
               "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
               "pair": [], "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}},
             "model": {"type": "Unigram", "unk_id": 2, "vocab": [["<pad>", 0], ["</s>", 0], ["<unk>", 0], ["▁", -2],
               ["▁a", -1], ["▁cat", -1], ["c", -3], ["t", -3]]}}
            """;

    @TempDir
    Path folder;

    private static TokenLayout layout(int length, Truncation truncation, PaddingSide side, Columns columns) {
        return new TokenLayout(length, truncation, side, columns);
    }

    private Path file(String json) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        Files.writeString(file, json);
        return file;
    }

    private static String unigram() {
        return UNIGRAM.replace("MAP", Base64.getEncoder().encodeToString(characterMap()));
    }

    /** A trie of which every state is dead: 256 units of 0, the first leading to state 0. */
    private static byte[] characterMap() {
        byte[] map = new byte[4 + 4 * 256];
        map[1] = 4;
        return map;
    }

    @Test
    void wordsOfT5sKindBecomeTheirPiecesAndTheEndMark() throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.open(file(unigram()))) {
            assertThat(tokenizer.tokens("a cat")).containsExactly(4, 5, 1);
            assertThat(tokenizer.pieces("a cat")).containsExactly("▁a", "▁cat", "</s>");
            assertThat(tokenizer.bareTokens("a cat")).containsExactly(4, 5);
            assertThat(tokenizer.tokens("")).containsExactly(1);
            assertThat(tokenizer.tokens("猫\u0007"))
                    .as("other scripts and control characters")
                    .containsExactly(3, 2, 1);
            assertThat(tokenizer.vocabularySize()).isEqualTo(8);
        }
    }

    @Test
    void textsArePaddedOnTheSideAndAsFarAsTheLayoutSays() throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.open(CLIP_LIKE)) {
            List<String> texts = List.of("a photo of a cat", "");
            int[] cat = tokenizer.tokens(texts.get(0));
            TokenizedTexts right =
                    tokenizer.encode(texts, layout(9, Truncation.REFUSE, PaddingSide.RIGHT, Columns.MAXIMUM));
            assertThat(right.ids()[0]).startsWith(cat).hasSize(9);
            assertThat(right.ids()[1]).containsExactly(812, 813, 813, 813, 813, 813, 813, 813, 813);
            assertThat(right.lengths()).containsExactly(cat.length, 2);
            assertThat(right.cutCount()).isZero();
            TokenizedTexts left =
                    tokenizer.encode(texts, layout(9, Truncation.REFUSE, PaddingSide.LEFT, Columns.LONGEST));
            assertThat(left.columns()).isEqualTo(cat.length);
            assertThat(left.ids()[0]).containsExactly(cat);
            assertThat(left.ids()[1]).endsWith(813, 812, 813);
            assertThat(left.first(1)).isEqualTo(cat.length - 2);
        }
    }

    @Test
    void aTextThatIsCutKeepsItsSpecialTokensAndIsMarked() throws IOException {
        try (TextTokenizer tokenizer = TextTokenizer.open(CLIP_LIKE)) {
            List<String> texts = List.of("a photo of a cat", "a cat");
            TokenizedTexts cut = tokenizer.encode(texts, layout(4, Truncation.CUT, PaddingSide.RIGHT, Columns.MAXIMUM));
            int[] whole = tokenizer.tokens(texts.get(0));
            assertThat(cut.ids()[0]).containsExactly(whole[0], whole[1], whole[2], 813);
            assertThat(cut.cut()).containsExactly(true, false);
            assertThat(tokenizer.tokens(texts.get(0))).as("afterwards").containsExactly(whole);
            assertThatThrownBy(() ->
                            tokenizer.encode(texts, layout(4, Truncation.REFUSE, PaddingSide.RIGHT, Columns.MAXIMUM)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("a text may have 4 tokens, but 'a photo of a cat' has 7");
        }
    }

    @Test
    void whatIsNoTextIsRefusedInOneSentence() throws IOException {
        TokenLayout clip = layout(77, Truncation.CUT, PaddingSide.RIGHT, Columns.MAXIMUM);
        try (TextTokenizer tokenizer = TextTokenizer.open(CLIP_LIKE)) {
            assertRefused("half of one", () -> tokenizer.tokens("half \ud83d a smile"));
            assertRefused("may have 65536 characters", () -> tokenizer.tokens("x".repeat(65_537)));
            assertRefused("at least one text", () -> tokenizer.encode(List.of(), clip));
            assertRefused(
                    "room for its 2 special tokens",
                    () -> tokenizer.encode(
                            List.of("a"), layout(2, Truncation.CUT, PaddingSide.RIGHT, Columns.MAXIMUM)));
        }
        try (TextTokenizer unpadded = TextTokenizer.open(file(unigram()))) {
            assertRefused("padding token", () -> unpadded.encode(List.of("a"), clip));
        }
        ObjectNode bare = (ObjectNode) JSON.readTree(unigram());
        bare.putNull("post_processor");
        try (TextTokenizer untemplated = TextTokenizer.open(file(bare.toString()))) {
            assertRefused("at least one token", () -> untemplated.tokens(""));
        }
        TextTokenizer closed = TextTokenizer.open(CLIP_LIKE);
        closed.close();
        closed.close();
        assertRefused("until it is closed", () -> closed.tokens("a"));
    }

    private static void assertRefused(String message, Runnable call) {
        assertThatThrownBy(call::run)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message)
                .hasMessageMatching("[^\\n]*[;,][^\\n]*");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/model/unk_id | null | unk_id",
                "/model/vocab | [] | vocabulary that lists",
                "/model/vocab/3 | [\"x\", \"y\"] | score",
                "/model/type | \"WordPiece\" | BPE or Unigram",
                "/normalizer/precompiled_charsmap | \"AAAA\" | intact character map",
                "/normalizer/precompiled_charsmap | 7 | intact character map",
                "/post_processor/special_tokens | {} | listed among special_tokens",
                "/added_tokens/0/id | -1 | ids in 0",
                "/pre_tokenizer/replacement | 3 | tokenizers library",
                "/normalizer | {\"type\": \"Replace\", \"pattern\": {\"Regex\": \"x*\"}, \"content\": \"\"} | at least one character"
            })
    void aDamagedFileIsRefusedBeforeTheLibraryEndsTheProcess(String place, String value, String message)
            throws IOException {
        JsonNode root = JSON.readTree(unigram());
        int slash = place.lastIndexOf('/');
        JsonNode parent = root.at(place.substring(0, slash));
        String key = place.substring(slash + 1);
        if (parent instanceof ArrayNode list) {
            list.set(Integer.parseInt(key), JSON.readTree(value));
        } else {
            ((ObjectNode) parent).set(key, JSON.readTree(value));
        }
        assertCorrupt(root.toString(), message);
    }

    @Test
    void whatIsNoTokenizerIsRefused() throws IOException {
        assertCorrupt("", "JSON object");
        assertCorrupt("[1]", "JSON object");
        assertCorrupt(unigram().substring(0, 300), "must be JSON");
        assertCorrupt(unigram().replace("\"unk_id\": 2,", "\"unk_id\": 2, \"unk_id\": 2,"), "must be JSON");
        assertThatThrownBy(() -> TextTokenizer.open(folder.resolve("absent")))
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining("there is no file");
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": \"<none>\"}");
        assertCorrupt(unigram(), "padding token of the vocabulary");
    }

    private void assertCorrupt(String json, String message) throws IOException {
        Path file = file(json);
        assertThatThrownBy(() -> TextTokenizer.open(file).close())
                .isInstanceOf(CorruptFileException.class)
                .hasMessageContaining(message)
                .hasMessageContaining(String.valueOf(file.getParent()))
                .hasMessageMatching("[^\\n]*;[^\\n]*");
    }

    @Test
    void noDamageToACharacterMapLeadsOutOfIt() {
        Random random = new Random(1);
        for (int trial = 0; trial < 300; trial++) {
            byte[] map = characterMap();
            for (int change = 0; change < 8; change++) {
                map[random.nextInt(map.length)] = (byte) random.nextInt(256);
            }
            // That it ends and throws nothing is what counts; what it finds intact must bear being followed.
            if (CharacterMap.isIntact(map)) {
                byte[] found = map;
                assertThat(followed(found)).as("trial %s", trial).isTrue();
            }
        }
        assertThat(CharacterMap.isIntact(characterMap())).isTrue();
        assertThat(CharacterMap.isIntact(Arrays.copyOf(characterMap(), 100))).isFalse();
        assertThat(CharacterMap.isIntact(new byte[0])).isFalse();
    }

    private boolean followed(byte[] map) {
        String json = UNIGRAM.replace("MAP", Base64.getEncoder().encodeToString(map));
        StringBuilder text = new StringBuilder();
        for (int character = 1; character < 0x250; character++) {
            text.append((char) character);
        }
        try (TextTokenizer tokenizer = TextTokenizer.open(file(json))) {
            return tokenizer.tokens(text.toString()).length > 0;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aFingerprintIsOfAllThatTokensDependOn() throws IOException {
        List<String> fingerprints = new ArrayList<>();
        for (String json : new String[] {unigram(), unigram(), unigram().replace("▁cat", "▁act")}) {
            try (TextTokenizer tokenizer = TextTokenizer.open(file(json))) {
                fingerprints.add(tokenizer.fingerprint());
            }
        }
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"pad_token\": {\"content\": \"<pad>\"}}");
        try (TextTokenizer tokenizer = TextTokenizer.open(folder)) {
            assertThat(tokenizer.paddingId()).hasValue(0);
            fingerprints.add(tokenizer.fingerprint());
        }
        assertThat(fingerprints.get(1)).isEqualTo(fingerprints.get(0));
        assertThat(fingerprints.stream().distinct()).hasSize(3);
    }
}
