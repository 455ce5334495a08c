import Documents
import Domain
import Foundation
import Testing

@testable import MongoDocuments

/// JSON in, BSON, JSON out.
@Suite struct BSONTests {
    private func roundTrip(_ json: String) throws -> JSONValue {
        let document = try JSONTranscoder.transcode(Data(json.utf8)).document
        return try JSONValue(parsing: document.bytes.withUnsafeBytes { try JSONText.data(of: $0) })
    }

    @Test(arguments: [
        #"{"_id":"a"}"#, #" { "_id" : "a" , "b" : [ ] , "c" : { } } "#,
        #"{"_id":"a","n":[0,-0,1,-1,9007199254740993,9223372036854775807,-9223372036854775808,1.5,-2.5e-3,1E+10,5e-324]}"#,
        #"{"_id":"a","big":18446744073709551615,"t":true,"f":false,"z":null,"deep":[[{"x":[1,[2]]}]]}"#,
        #"{"_id":"\"\\\/\b\f\n\r\t\u00e4\ud83d\ude00\u0000","ü😀":"ü😀\u2028"}"#,
        #"{"_id":"a","$set":{"$gt":1},"a.b":{"0":1,"":2,"%":3,"%2E":4}}"#,
    ])
    func nothingIsLostOrChanged(_ json: String) throws {
        #expect(try self.roundTrip(json) == JSONValue(parsing: Data(json.utf8)))
    }

    @Test(arguments: [
        "", " ", "[]", "null", "1", "{", "}", "{}", #"{"_id":1}"#, #"{"_id":null}"#, #"{"_id":"a"}}"#,
        #"{"_id":"a"} x"#,
        #"{"_id":"a",}"#, #"{"_id":"a","b":}"#, #"{"_id":"a","b":01}"#, #"{"_id":"a","b":1.}"#, #"{"_id":"a","b":.5}"#,
        #"{"_id":"a","b":1e}"#, #"{"_id":"a","b":+1}"#, #"{"_id":"a","b":-}"#, #"{"_id":"a","b":1e999}"#,
        #"{"_id":"a","b":tru}"#, #"{"_id":"a","b":"\x"}"#, #"{"_id":"a","b":"\u12"}"#, #"{"_id":"a","b":"\ud800"}"#,
        #"{"_id":"a","b":"\udc00"}"#, #"{"_id":"a","b":"\ud800\u0041"}"#, #"{"_id":"a","b":[1,]}"#,
        #"{"_id":"a" "b":1}"#,
        #"{"_id":"a","b":"#, #"{"_id":"a","_id":"b"}"#, "{\"_id\":\"a\n\"}", #"{"x":{"_id":"a"}}"#,
        #"{"_id":{"$gt":""}}"#,
    ])
    func whatIsNoDocumentIsRefused(_ json: String) {
        #expect(throws: DocumentStoreError.self) { try JSONTranscoder.transcode(Data(json.utf8)) }
    }

    @Test func textThatIsNoUTF8IsRefused() {
        let bytes = Data(#"{"_id":"a"#.utf8) + [0xC3, 0x28] + Data(#""}"#.utf8)
        #expect(throws: DocumentStoreError.self) { try JSONTranscoder.transcode(bytes) }
    }

    @Test func everyTruncationAndFlippedByteIsRefusedOrRead() throws {
        let json = #"{"_id":"a","n":[1,2.5,true,null],"o":{"k":"text"},"t":"ü"}"#
        let bytes = try JSONTranscoder.transcode(Data(json.utf8)).document.bytes
        for length in 0..<bytes.count {
            #expect(throws: (any Error).self) {
                try Array(bytes[..<length]).withUnsafeBytes { try JSONText.data(of: $0) }
            }
        }
        for index in bytes.indices {
            for flip: UInt8 in [0x01, 0x80, 0xFF] {
                var broken = bytes
                broken[index] ^= flip
                // Refused or read as something else, never out of bounds.
                _ = try? broken.withUnsafeBytes { try JSONText.data(of: $0) }
            }
        }
    }

    @Test func namesThatMongoDBWouldReadAreStoredOtherwise() {
        for (name, stored) in [
            ("plain", "plain"), ("ünï", "ünï"), ("$ref", "%24ref"), ("a$b", "a$b"), ("a.b", "a%2Eb"), ("12", "%312"),
            ("1a", "1a"), ("", ""), ("%", "%25"), ("a\u{0}", "a%00"), ("%t:x", "%25t:x"),
        ] {
            #expect(StoredName.encode(name) == stored)
            let back = Array(stored.utf8).withUnsafeBytes { StoredName.decode($0) }
            #expect(back == Array(name.utf8))
        }
        #expect(Array("%t:expiresAt".utf8).withUnsafeBytes { StoredName.decode($0) } == nil)
    }

    @Test func datesAndObjectIDsOfOtherProgramsAreReadAsText() throws {
        let document = BSONDocument([
            "_id": "a", "at": .date(1_700_000_000_000),
            "id": .other(kind: BSONKind.objectID, bytes: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xAB, 0xFF]),
        ])
        let json = try document.bytes.withUnsafeBytes { try JSONText.data(of: $0) }
        #expect(
            try JSONValue(parsing: json)
                == ["_id": "a", "at": "2023-11-14T22:13:20.000Z", "id": "00010203040506070809abff"]
        )
    }
}
