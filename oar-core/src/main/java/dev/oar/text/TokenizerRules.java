package dev.oar.text;

import dev.oar.file.CorruptFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import tools.jackson.databind.JsonNode;

/**
 * What must hold of a {@code tokenizer.json} so that the native library, which ends the process where it has not expected something, can
 * be given it: every state of its character map leads somewhere, its template names tokens that it lists, nothing matches the empty
 * text, and unknown characters have a token.
 */
final class TokenizerRules {
    private static final int SHOWN = 60;

    private final Path path;

    private TokenizerRules(Path path) {
        this.path = path;
    }

    /**
     * Checks a whole file.
     *
     * @throws CorruptFileException with the first rule that is broken
     */
    static void check(Path path, JsonNode root) throws CorruptFileException {
        TokenizerRules rules = new TokenizerRules(path);
        rules.checkModel(root.path("model"));
        for (String part : new String[] {"normalizer", "pre_tokenizer", "post_processor", "decoder"}) {
            rules.checkPart(root.path(part));
        }
    }

    /** A foreign text, cut and without what does not show, for a message. */
    static String shown(String text) {
        String cut = text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }

    private void checkModel(JsonNode model) throws CorruptFileException {
        JsonNode vocabulary = model.path("vocab");
        String type = model.path("type").asString(vocabulary.isArray() ? "Unigram" : "BPE");
        switch (type) {
            case "BPE" -> checkBytePairs(model, vocabulary);
            case "Unigram" -> checkUnigram(model, vocabulary);
            default -> throw broken("a model of type BPE or Unigram, as CLIP and T5 have", shown(type));
        }
    }

    private void checkBytePairs(JsonNode model, JsonNode vocabulary) throws CorruptFileException {
        require(vocabulary.isObject(), "a vocabulary of ids by token", "something else");
        JsonNode unknown = model.path("unk_token");
        require(
                absent(unknown) || unknown.isString() && vocabulary.has(unknown.asString()),
                "an unknown token that its vocabulary holds",
                shown(unknown.toString()));
        JsonNode dropout = model.path("dropout");
        require(
                absent(dropout) || dropout.isNumber() && dropout.asDouble() == 0,
                "no dropout of merges, so that a text always has the same tokens",
                shown(dropout.toString()));
        JsonNode prefix = model.path("continuing_subword_prefix");
        require(
                absent(prefix) || prefix.isString() && prefix.asString().isEmpty(),
                "no prefix of continuing subwords",
                shown(prefix.toString()));
    }

    private void checkUnigram(JsonNode model, JsonNode vocabulary) throws CorruptFileException {
        require(
                vocabulary.isArray() && !vocabulary.isEmpty(),
                "a vocabulary that lists tokens and their scores",
                "something else");
        for (JsonNode entry : vocabulary) {
            require(
                    entry.isArray()
                            && entry.size() == 2
                            && entry.get(0).isString()
                            && entry.get(1).isNumber(),
                    "a text and a score in every entry of its vocabulary",
                    shown(entry.toString()));
        }
        JsonNode unknown = model.path("unk_id");
        require(
                unknown.isIntegralNumber()
                        && unknown.canConvertToInt()
                        && unknown.asInt() >= 0
                        && unknown.asInt() < vocabulary.size(),
                "the place of an unknown token in its vocabulary as unk_id",
                shown(unknown.toString()));
    }

    /** A part that may hold others. */
    private void checkPart(JsonNode part) throws CorruptFileException {
        if (part.isArray()) {
            for (JsonNode element : part) {
                checkPart(element);
            }
            return;
        }
        if (!part.isObject()) {
            return;
        }
        switch (part.path("type").asString("")) {
            case "Precompiled" -> checkCharacterMap(part.path("precompiled_charsmap"));
            case "Replace", "Split" -> checkPattern(part.path("pattern"));
            case "TemplateProcessing" -> checkTemplate(part);
            default -> {
                for (JsonNode inner : part) {
                    checkPart(inner);
                }
            }
        }
    }

    private void checkCharacterMap(JsonNode map) throws CorruptFileException {
        boolean intact = false;
        if (map.isString()) {
            try {
                byte[] bytes = Base64.getDecoder().decode(map.asString());
                // Java also reads what other decoders refuse.
                intact = Base64.getEncoder().encodeToString(bytes).equals(map.asString())
                        && CharacterMap.isIntact(bytes);
            } catch (IllegalArgumentException e) {
                intact = false;
            }
        }
        require(intact, "an intact character map as precompiled_charsmap", shown(map.toString()));
    }

    private void checkPattern(JsonNode pattern) throws CorruptFileException {
        JsonNode literal = pattern.path("String");
        require(
                !literal.isString() || !literal.asString().isEmpty(),
                "patterns that match at least one character",
                "an empty one");
        JsonNode expression = pattern.path("Regex");
        if (!expression.isString()) {
            return;
        }
        boolean matchesNothing;
        try {
            matchesNothing = Pattern.compile(expression.asString()).matcher("").find();
        } catch (PatternSyntaxException e) {
            // The library's expressions know more than Java's.
            matchesNothing = false;
        }
        require(!matchesNothing, "patterns that match at least one character", shown(expression.asString()));
    }

    private void checkTemplate(JsonNode template) throws CorruptFileException {
        JsonNode listed = template.path("special_tokens");
        for (String side : new String[] {"single", "pair"}) {
            for (JsonNode piece : template.path(side)) {
                JsonNode token = piece.path("SpecialToken").path("id");
                require(
                        token.isMissingNode() || token.isString() && listed.has(token.asString()),
                        "all special tokens of its template listed among special_tokens",
                        shown(token.toString()));
            }
        }
    }

    private void require(boolean holds, String rule, String found) throws CorruptFileException {
        if (!holds) {
            throw broken(rule, found);
        }
    }

    private CorruptFileException broken(String rule, String found) {
        return new CorruptFileException(
                path + " must have " + rule + ", but has " + found + "; fetch the tokenizer again, or use another");
    }

    private static boolean absent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
