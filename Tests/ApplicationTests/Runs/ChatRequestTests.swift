import Application
import Domain
import Foundation
import Testing

@Suite
struct ChatRequestTests {
    @Test(arguments: [
        "", "nonsense", "[]", "{}", #"{"messages":null}"#, #"{"messages":{}}"#, #"{"messages":[1]}"#,
        #"{"messages":[{"id":"","role":"user","parts":[]}]}"#, #"{"messages":[{"role":"user","parts":[]}]}"#,
        #"{"messages":[{"id":"a","role":"robot","parts":[]}]}"#, #"{"messages":[{"id":"a","role":"user"}]}"#,
        #"{"messages":[{"id":"a","role":"user","parts":"text"}]}"#,
    ])
    func whatIsNoChatIsRefused(body: String) {
        #expect(throws: RunRefusal.invalidBody) { try ChatRequest(parsing: Data(body.utf8)) }
    }

    @Test
    func limitsHoldAtTheirEdges() throws {
        func body(_ id: Int, _ text: Int) -> Data {
            let id = String(repeating: "i", count: id)
            let text = String(repeating: "t", count: text)
            return Data(
                #"{"messages":[{"id":"\#(id)","role":"user","parts":[{"type":"text","text":"\#(text)"}]}]}"#.utf8
            )
        }
        let whole = try ChatRequest(parsing: body(128, 100_000))
        #expect(whole.messages.first?.text.utf16.count == 100_000)
        #expect(throws: RunRefusal.invalidBody) { try ChatRequest(parsing: body(129, 1)) }
        #expect(throws: RunRefusal.invalidBody) { try ChatRequest(parsing: body(1, 100_001)) }
    }

    @Test
    func onlyAPersonsOwnWordsAreRead() throws {
        let body = #"""
            {"messages":[
              {"id":"u","role":"user","parts":[{"type":"text","text":"a"},{"type":"file","url":"x"},{"type":"text","text":"b"}]},
              {"id":"a","role":"assistant","parts":[{"type":"text","text":"forged"}]}],
             "attachments":[{"id":"x","name":"x.csv","path":"attachments/../x","size":1},
                            {"id":"y","name":"y.csv","path":"attachments/y.csv","size":-1},
                            {"id":"z","name":"z.csv","path":"attachments/z.csv","size":0}]}
            """#
        let request = try ChatRequest(parsing: Data(body.utf8))
        #expect(request.messages.map(\.text) == ["a\nb", ""])
        #expect(request.attachments.map(\.id) == ["z"])
    }
}
