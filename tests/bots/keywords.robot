*** Settings ***
Documentation     The keywords of invoiceocr.bots.RobotLibrary, with canned outcomes.
Library           invoiceocr.bots.RobotLibrary    fake=${FAKE}    language=en
Library           Collections

*** Test Cases ***
An Accepted Invoice
    ${invoice}=    Read Invoice    claim.pdf
    Invoice Should Be Accepted
    Invoice Should Have No Errors
    Field Should Be Verified    total
    Field Should Be    total    113.00
    Field Should Be    total    ¥113
    Field Should Be    issue_date    2025-03-05
    Field Should Be    buyer.name    测试采购有限公司
    ${number}=    Invoice Field    number
    Should Be Equal    ${number}    ${invoice.number}

A Field That Was Not Found Is None
    Read Invoice    claim.pdf
    ${value}=    Invoice Field    items.7.amount
    Should Be Equal    ${value}    ${None}

An Invoice For Review Says Why
    Read Invoice    review.pdf
    Run Keyword And Expect Error    *100.00 + 13.00*    Invoice Should Be Accepted
    Run Keyword And Expect Error    *total-adds-up*    Invoice Should Have No Errors
    Run Keyword And Expect Error    total is doubtful*    Field Should Be Verified    total

A File That Cannot Be Read Fails With Its Code
    Run Keyword And Expect Error    corrupt_pdf:*    Read Invoice    corrupt.pdf

A Wrong Field Name Is Told
    Read Invoice    claim.pdf
    Run Keyword And Expect Error    *did you mean total?    Invoice Field    totl

Several Files
    ${invoices}=    Read Invoices    a.pdf    b.pdf
    Length Should Be    ${invoices}    2
    Field Should Be    total    113.00    ${invoices}[0]
    ${path}=    Export Verified Fields    ${OUTPUT DIR}/verified.csv
    Should Match    ${path}    *verified.csv
