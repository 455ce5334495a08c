import RuntimeProtocols
import Testing

/// What a program said before it failed, as a person may read it.
@Suite struct FailureTextTests {
    @Test(arguments: [
        ("\u{1B}[31;1merror\u{1B}[0m: no", "error: no"),
        ("\u{1B}]0;a title\u{7}said", "said"),
        ("\u{1B}]8;;https://example.org\u{1B}\\a link\u{1B}]8;;\u{1B}\\", "a link"),
        ("\u{1B}Pdevice control\u{1B}\\shown", "shown"),
        ("\u{9B}2Jcleared \u{9D}0;title\u{9C}shown", "cleared shown"),
        ("\u{1B}cshown\u{1B}", "shown"),
        ("\u{1B}[31", ""), ("\u{1B}[31\nError: why", "Error: why"), ("\u{1B}]0;title\r\nError: why", "Error: why"),
        ("bell\u{7} back\u{8} null\u{0}", "bell back null"),
        ("turned \u{202E}dnuora\u{202C} \u{200B}", "turned dnuora"),
        ("two\r\nlines\u{2028}three", "two lines three"),
        (#"{"error":{"message":"an \u001b[31mescaped\u001b[0m \u202e one"}}"#, "an escaped one"),
        ("<b onclick=x>markup</b> is text", "<b onclick=x>markup</b> is text"),
        ("key sk-ant-api03-0123456789 gone", "key <redacted> gone"),
        ("key s\u{1B}[1mk-ant-api03-0123456789 gone", "key <redacted> gone"),
    ])
    func nothingIsLeftThatATerminalObeys(_ said: String, _ shown: String) {
        #expect(FailureText.readable(said) == shown)
    }
}
